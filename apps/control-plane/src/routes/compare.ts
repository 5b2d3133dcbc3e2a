import { createRoute } from '@hono/zod-openapi'
import { CompareRequest, Comparison } from '@llm-loadtest/schema'
import { newRouter, useDb } from '../http.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { requires } from '../middleware/scope.ts'
import { BODY_PROBLEMS, jsonResponse, problems } from '../openapi/responses.ts'
import { comparison } from '../runs/compare-runs.ts'

const compare = createRoute({
  method: 'post',
  path: '/benchmark/compare',
  operationId: 'compareRuns',
  tags: ['Results'],
  summary: 'Compare ended runs, level by level, with one of them',
  middleware: [requires('read'), jsonBody] as const,
  request: { body: { required: true, content: { 'application/json': { schema: CompareRequest } } } },
  responses: {
    200: jsonResponse(Comparison, 'The comparison.'),
    ...problems('unauthorized', 'not_found', 'conflict', ...BODY_PROBLEMS),
  },
})

export const compareRoutes = newRouter().openapi(compare, async (c) => {
  const { run_ids, baseline } = c.req.valid('json')
  const [first] = run_ids
  const compared = await useDb(c, (db) => comparison(db, run_ids, baseline ?? first ?? ''))
  return c.json(compared, 200)
})
