import { createRoute, z } from '@hono/zod-openapi'
import { REQUESTS_CSV, REQUESTS_JSONL, type RequestWriter } from '@llm-loadtest/report'
import { MAX_LEVELS, RequestRecord } from '@llm-loadtest/schema'
import { findRun } from '../db/runs.ts'
import { contentDisposition } from '../domain/attachment.ts'
import { levelNumbered } from '../domain/level-choice.ts'
import { readSettings } from '../env.ts'
import { NotFoundError } from '../errors.ts'
import { newRouter, useDb } from '../http.ts'
import { logError } from '../log.ts'
import { requires } from '../middleware/scope.ts'
import { problems } from '../openapi/responses.ts'
import { readRequests } from '../runs/read-requests.ts'
import { RunParams } from './runs.ts'
import { wholeNumber } from './whole-number.ts'

const FORMATS = {
  csv: { type: 'text/csv; charset=utf-8', writer: REQUESTS_CSV },
  jsonl: { type: 'application/x-ndjson', writer: REQUESTS_JSONL },
} as const

const INCOMPLETE =
  'Not complete: the rest could not be read. Ask for it again; the log of the control plane says why.'

const requests = createRoute({
  method: 'get',
  path: '/benchmark/result/{run_id}/requests',
  operationId: 'exportRequests',
  tags: ['Results'],
  summary: "Download every request's record; what is stored so far while the run goes on",
  middleware: requires('read'),
  request: {
    params: RunParams,
    query: z.strictObject({
      format: z.enum(['csv', 'jsonl']),
      level: wholeNumber(0, MAX_LEVELS - 1)
        .optional()
        .meta({ description: 'Of one load level, numbered from 0; of all when left out.' }),
    }),
  },
  responses: {
    200: {
      description:
        'The records, as an attachment, in the order they were stored: a CSV row or a JSON line each.',
      content: {
        'text/csv': { schema: { type: 'string' } },
        'application/x-ndjson': { schema: RequestRecord },
      },
    },
    ...problems('unauthorized', 'not_found', 'unprocessable'),
  },
})

/** The text of the records, made as fast as it is taken; after a failure, which is logged, its last line says so. */
function textStream(
  batches: AsyncGenerator<RequestRecord[], void>,
  writer: RequestWriter,
  context: { run_id: string; request_id: string },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start: (controller) => {
      if (writer.head !== '') controller.enqueue(encoder.encode(writer.head))
    },
    pull: async (controller) => {
      try {
        const { done, value } = await batches.next()
        if (done) controller.close()
        else controller.enqueue(encoder.encode(writer.rows(value)))
      } catch (error) {
        logError('a download of request records broke off', error, context)
        // An errored stream reaches some clients as one that ended well.
        controller.enqueue(encoder.encode(writer.failure(INCOMPLETE)))
        controller.close()
      }
    },
    cancel: async () => {
      await batches.return()
    },
  })
}

export const requestRoutes = newRouter().openapi(requests, async (c) => {
  const { run_id } = c.req.valid('param')
  const { format, level } = c.req.valid('query')
  const run = await useDb(c, (db) => findRun(db, run_id))
  if (!run) throw new NotFoundError('There is no run with this id.')
  if (level !== undefined) levelNumbered(run.config, level)
  const { type, writer } = FORMATS[format]
  const batches = readRequests(readSettings(c.env), run_id, level ?? null)
  const ending = `${level === undefined ? '' : `-level-${level}`}.requests.${format}`
  return c.body(textStream(batches, writer, { run_id, request_id: c.get('requestId') }), 200, {
    'Content-Type': type,
    'Content-Disposition': contentDisposition({ run, ending }),
  })
})
