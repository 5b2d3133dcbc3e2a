import { createRoute, z } from '@hono/zod-openapi'
import { ApiKeyCreated, ApiKeyList, KeyId, NewApiKey } from '@llm-loadtest/schema'
import { mintKey } from '../access/mint-key.ts'
import { listKeys, revokeKey } from '../db/keys.ts'
import { NotFoundError } from '../errors.ts'
import { newRouter, useDb } from '../http.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { requires } from '../middleware/scope.ts'
import { BODY_PROBLEMS, jsonResponse, problems } from '../openapi/responses.ts'

const tags = ['Access']
const COMMON = ['unauthorized', 'forbidden', 'rate_limited'] as const

const list = createRoute({
  method: 'get',
  path: '/keys',
  operationId: 'listKeys',
  tags,
  summary: 'API keys, with scope and last use',
  middleware: requires('admin'),
  responses: {
    200: jsonResponse(ApiKeyList, 'All keys, the revoked and expired ones too; never the keys themselves.'),
    ...problems(...COMMON),
  },
})

const mint = createRoute({
  method: 'post',
  path: '/keys',
  operationId: 'createKey',
  tags,
  summary: 'Make an API key, shown this once',
  middleware: [requires('admin'), jsonBody] as const,
  request: { body: { required: true, content: { 'application/json': { schema: NewApiKey } } } },
  responses: {
    201: jsonResponse(ApiKeyCreated, 'Made.'),
    ...problems(...COMMON, ...BODY_PROBLEMS),
  },
})

const revoke = createRoute({
  method: 'delete',
  path: '/keys/{key_id}',
  operationId: 'revokeKey',
  tags,
  summary: 'Revoke an API key, and end the sessions that came from it',
  middleware: requires('admin'),
  request: { params: z.strictObject({ key_id: KeyId }) },
  responses: {
    204: { description: 'Revoked.' },
    ...problems(...COMMON, 'not_found', 'unprocessable'),
  },
})

export const keyRoutes = newRouter()
  .openapi(list, async (c) => c.json({ keys: await useDb(c, listKeys) }, 200))
  .openapi(mint, async (c) => {
    const wanted = c.req.valid('json')
    return c.json(await useDb(c, (db) => mintKey(db, wanted)), 201)
  })
  .openapi(revoke, async (c) => {
    const { key_id } = c.req.valid('param')
    const revoked = await useDb(c, (db) => revokeKey(db, key_id, Date.now()))
    if (!revoked) throw new NotFoundError('There is no key with this id, or it was revoked before.')
    return c.body(null, 204)
  })
