import { createRoute, z } from '@hono/zod-openapi'
import { RunResult } from '@llm-loadtest/schema'
import { sha256Hex } from '../domain/tokens.ts'
import { newRouter } from '../http.ts'
import { requires } from '../middleware/scope.ts'
import { rawJson } from '../openapi/raw-json.ts'
import { jsonResponse, problems } from '../openapi/responses.ts'
import { readResultText } from '../runs/read-result.ts'
import { RunParams } from './runs.ts'

const tags = ['Results']

const result = createRoute({
  method: 'get',
  path: '/benchmark/result/{run_id}',
  operationId: 'getResult',
  tags,
  summary: "A run's result; partial until it has ended",
  middleware: requires('read'),
  request: {
    params: RunParams,
    headers: z.object({ 'if-none-match': z.string().optional().meta({ description: 'The ETag you have.' }) }),
  },
  responses: {
    200: jsonResponse(RunResult, 'The result.'),
    304: { description: 'Not changed since the ETag given.' },
    ...problems('unauthorized', 'not_found', 'unprocessable'),
  },
})

export const resultRoutes = newRouter().openapi(result, async (c) => {
  const { run_id } = c.req.valid('param')
  const text = await readResultText(c, run_id)
  const etag = `"${await sha256Hex(text)}"`
  const known = c.req
    .valid('header')
    ['if-none-match']?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
  const headers = { ETag: etag, 'Cache-Control': 'private, no-cache' }
  if (known?.some((tag) => tag === etag || tag === '*')) return c.body(null, 304, headers)
  return rawJson<RunResult>(text, headers)
})
