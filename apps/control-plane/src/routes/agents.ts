import { createRoute, z } from '@hono/zod-openapi'
import { AgentCreated, AgentId, AgentList, NewAgent, newId } from '@llm-loadtest/schema'
import { insertAgent, listAgents, revokeAgent } from '../db/agents.ts'
import { gpuReadingsSinceMs, onlineSinceMs } from '../domain/presence.ts'
import { newAgentToken, sha256Hex } from '../domain/tokens.ts'
import { NotFoundError } from '../errors.ts'
import { newRouter, useDb } from '../http.ts'
import { log } from '../log.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { requires } from '../middleware/scope.ts'
import { agentLink } from '../objects/stubs.ts'
import { BODY_PROBLEMS, jsonResponse, problems } from '../openapi/responses.ts'

const tags = ['Agents']

const list = createRoute({
  method: 'get',
  path: '/agents',
  operationId: 'listAgents',
  tags,
  summary: 'Agents, with presence, GPUs, version and load',
  middleware: requires('read'),
  responses: {
    200: jsonResponse(AgentList, 'All agents but the revoked ones.'),
    ...problems('unauthorized'),
  },
})

const mint = createRoute({
  method: 'post',
  path: '/agents',
  operationId: 'createAgent',
  tags,
  summary: 'Register an agent and mint its token, shown this once',
  middleware: [requires('admin'), jsonBody] as const,
  request: { body: { required: true, content: { 'application/json': { schema: NewAgent } } } },
  responses: {
    201: jsonResponse(AgentCreated, 'Registered.'),
    ...problems('unauthorized', ...BODY_PROBLEMS),
  },
})

const revoke = createRoute({
  method: 'delete',
  path: '/agents/{agent_id}',
  operationId: 'revokeAgent',
  tags,
  summary: 'Revoke an agent: its socket closes, its runs fail',
  middleware: requires('admin'),
  request: { params: z.strictObject({ agent_id: AgentId }) },
  responses: {
    204: { description: 'Revoked.' },
    ...problems('unauthorized', 'not_found', 'unprocessable'),
  },
})

export const agentRoutes = newRouter()
  .openapi(list, async (c) => {
    const agents = await useDb(c, (db, settings) =>
      listAgents(db, onlineSinceMs(settings), gpuReadingsSinceMs()),
    )
    return c.json({ agents }, 200)
  })
  .openapi(mint, async (c) => {
    const { name } = c.req.valid('json')
    const agent_id = newId('agent')
    const token = newAgentToken()
    const tokenHash = await sha256Hex(token)
    await useDb(c, (db) => insertAgent(db, { agentId: agent_id, name, tokenHash, createdAtMs: Date.now() }))
    log.info('agent registered', { request_id: c.get('requestId'), agent_id })
    return c.json({ agent_id, name, token }, 201)
  })
  .openapi(revoke, async (c) => {
    const { agent_id } = c.req.valid('param')
    const revoked = await useDb(c, (db) => revokeAgent(db, agent_id, Date.now()))
    if (!revoked) throw new NotFoundError('There is no agent with this id, or it was revoked before.')
    log.info('agent revoked', { request_id: c.get('requestId'), agent_id })
    await agentLink(c.env, agent_id).revoke(agent_id)
    return c.body(null, 204)
  })
