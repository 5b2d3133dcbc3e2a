import { createRoute, z } from '@hono/zod-openapi'
import { CancelAccepted, newId, RunAccepted, RunDefinition, RunId, RunView } from '@llm-loadtest/schema'
import { resultCache } from '../cache/result-cache.ts'
import { runView } from '../db/run-view.ts'
import { deleteEndedRun, findRun } from '../db/runs.ts'
import { readSettings } from '../env.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import { newRouter, useDb } from '../http.ts'
import { log } from '../log.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { requires } from '../middleware/scope.ts'
import { cancelRun } from '../objects/cancel-run.ts'
import { offerRuns } from '../objects/offer-runs.ts'
import { runChannel } from '../objects/stubs.ts'
import { BODY_PROBLEMS, jsonResponse, problems } from '../openapi/responses.ts'
import { startRun } from '../runs/start-run.ts'

const tags = ['Runs']
export const RunParams = z.strictObject({ run_id: RunId })

const start = createRoute({
  method: 'post',
  path: '/benchmark/run',
  operationId: 'startRun',
  tags,
  summary: 'Start a run',
  middleware: [requires('run'), jsonBody] as const,
  request: {
    headers: z.object({
      'idempotency-key': z.string().min(1).max(255).optional().meta({
        description:
          'Sent again within a day with the same body, it starts nothing and gets the same answer.',
      }),
    }),
    body: { required: true, content: { 'application/json': { schema: RunDefinition } } },
  },
  responses: {
    202: jsonResponse(RunAccepted, 'Accepted; an agent with a free slot takes it.'),
    ...problems('unauthorized', 'conflict', ...BODY_PROBLEMS),
  },
})

const status = createRoute({
  method: 'get',
  path: '/benchmark/run/{run_id}',
  operationId: 'getRun',
  tags,
  summary: "A run's status and configuration",
  middleware: requires('read'),
  request: { params: RunParams },
  responses: {
    200: jsonResponse(RunView, 'The run.'),
    ...problems('unauthorized', 'not_found', 'unprocessable'),
  },
})

const cancel = createRoute({
  method: 'post',
  path: '/benchmark/run/{run_id}/cancel',
  operationId: 'cancelRun',
  tags,
  summary: 'Cancel a pending or running run',
  middleware: requires('run'),
  request: { params: RunParams },
  responses: {
    202: jsonResponse(CancelAccepted, 'Cancelled, or the agent was told to stop.'),
    ...problems('unauthorized', 'not_found', 'conflict', 'unprocessable'),
  },
})

const remove = createRoute({
  method: 'delete',
  path: '/benchmark/run/{run_id}',
  operationId: 'deleteRun',
  tags,
  summary: 'Delete an ended run and all it stored',
  middleware: requires('run'),
  request: { params: RunParams },
  responses: {
    204: { description: 'Deleted.' },
    ...problems('unauthorized', 'not_found', 'conflict', 'unprocessable'),
  },
})

export const runRoutes = newRouter()
  .openapi(start, async (c) => {
    const definition = c.req.valid('json')
    const key = c.req.valid('header')['idempotency-key']
    const accepted = await useDb(c, (db, settings) =>
      startRun(db, settings, { runId: newId('run'), definition, idempotencyKey: key ?? null }),
    )
    log.info('run created', { request_id: c.get('requestId'), ...accepted })
    c.executionCtx.waitUntil(offerRuns(c.env))
    return c.json(accepted, 202)
  })
  .openapi(status, async (c) => {
    const run = await useDb(c, (db) => findRun(db, c.req.valid('param').run_id))
    if (!run) throw new NotFoundError('There is no run with this id.')
    return c.json(runView(run), 200)
  })
  .openapi(cancel, async (c) => {
    const { run_id } = c.req.valid('param')
    const outcome = await useDb(c, (db) => cancelRun(db, c.env, run_id))
    log.info('run cancel asked for', { request_id: c.get('requestId'), run_id, status: outcome.status })
    return c.json({ run_id, ...outcome }, 202)
  })
  .openapi(remove, async (c) => {
    const { run_id } = c.req.valid('param')
    await useDb(c, async (db) => {
      if (await deleteEndedRun(db, run_id)) return
      if (await findRun(db, run_id)) throw new ConflictError('The run has not ended; cancel it first.')
      throw new NotFoundError('There is no run with this id.')
    })
    log.info('run deleted', { request_id: c.get('requestId'), run_id })
    await resultCache(c.env, readSettings(c.env)).delete(run_id)
    c.executionCtx.waitUntil(runChannel(c.env, run_id).drop())
    return c.body(null, 204)
  })
