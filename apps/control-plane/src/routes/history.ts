import { createRoute, z } from '@hono/zod-openapi'
import { HistoryPage, RunStatus } from '@llm-loadtest/schema'
import { listHistory } from '../db/history.ts'
import { decodeCursor, encodeCursor } from '../domain/cursor.ts'
import { newRouter, useDb } from '../http.ts'
import { requires } from '../middleware/scope.ts'
import { jsonResponse, problems } from '../openapi/responses.ts'
import { wholeNumber } from './whole-number.ts'

const Instant = z.iso.datetime({ offset: true })

/** A NUL cannot be looked for: the database ends a text there. */
const searchText = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .refine((text) => !text.includes('\0'), 'must not hold a NUL character')

const HistoryQuery = z.strictObject({
  limit: wholeNumber(1, 100).default(20),
  cursor: z
    .string()
    .max(200)
    .refine((text) => decodeCursor(text) !== null, 'is not a next_cursor of this history')
    .optional()
    .meta({ description: '`next_cursor` of the page before.' }),
  status: RunStatus.optional(),
  model: searchText(300).optional(),
  server_url: searchText(2048).optional(),
  text: searchText(200).optional().meta({
    description: 'Found in the name, model, server address, tags or id.',
  }),
  from: Instant.optional().meta({ description: 'Created at or after.' }),
  to: Instant.optional().meta({ description: 'Created at or before.' }),
})

const history = createRoute({
  method: 'get',
  path: '/benchmark/history',
  operationId: 'listRuns',
  tags: ['Runs'],
  summary: 'Runs, newest first',
  middleware: requires('read'),
  request: { query: HistoryQuery },
  responses: {
    200: jsonResponse(HistoryPage, 'A page of runs.'),
    ...problems('unauthorized', 'unprocessable'),
  },
})

export const historyRoutes = newRouter().openapi(history, async (c) => {
  const { limit, cursor, status, model, server_url, text, from, to } = c.req.valid('query')
  const filter = {
    status,
    model,
    serverUrl: server_url,
    text,
    fromMs: from === undefined ? undefined : Date.parse(from),
    toMs: to === undefined ? undefined : Date.parse(to),
  }
  const after = cursor === undefined ? null : decodeCursor(cursor)
  const page = await useDb(c, (db) => listHistory(db, filter, { limit, after }))
  const next_cursor = page.next === null ? null : encodeCursor(page.next)
  return c.json({ runs: page.runs, total: page.total, total_capped: page.totalCapped, next_cursor }, 200)
})
