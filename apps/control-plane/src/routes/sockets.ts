import { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { clientBucket } from '../access/client-address.ts'
import { countWrongKey } from '../access/limits.ts'
import { findAgentByToken } from '../db/agents.ts'
import { bearerToken, sha256Hex } from '../domain/tokens.ts'
import { NotFoundError, RateLimitedError, UnauthorizedError, UpgradeRequiredError } from '../errors.ts'
import { type AppEnv, newRouter, useDb } from '../http.ts'
import { requires } from '../middleware/scope.ts'
import { agentLink, joinRequest, runChannel } from '../objects/stubs.ts'
import { problems } from '../openapi/responses.ts'
import { RunParams } from './runs.ts'

const tags = ['WebSockets']
/** When a viewer may try again that found a run's places taken. */
const RETRY_SECONDS = 30
const switching = { 101: { description: 'The socket is open.' } } as const

const viewerSocket = (path: string, operationId: string) =>
  createRoute({
    method: 'get',
    path,
    operationId,
    tags,
    summary: 'Watch a run live (WebSocket)',
    middleware: requires('read'),
    request: { params: RunParams },
    responses: {
      ...switching,
      ...problems('unauthorized', 'forbidden', 'not_found', 'unprocessable', 'upgrade_required'),
    },
  })

const agentSocket = createRoute({
  method: 'get',
  path: '/agents/ws',
  operationId: 'joinAsAgent',
  tags,
  summary: "An agent's link (WebSocket, subprotocol llm-loadtest.v1)",
  security: [{ agentToken: [] }],
  responses: { ...switching, ...problems('unauthorized', 'upgrade_required') },
})

function requireUpgrade(c: Context<AppEnv>): void {
  if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') throw new UpgradeRequiredError()
}

async function joinAsViewer(c: Context<AppEnv>, runId: string): Promise<Response> {
  requireUpgrade(c)
  const response = await runChannel(c.env, runId).fetch(joinRequest(c.req.raw, runId))
  if (response.status === 404) throw new NotFoundError('There is no run with this id.')
  if (response.status === 429) {
    throw new RateLimitedError(
      'As many watch this run as may; close another window of it, or wait.',
      RETRY_SECONDS,
    )
  }
  return response
}

export const socketRoutes = newRouter()
  .openapi(agentSocket, async (c) => {
    requireUpgrade(c)
    const token = bearerToken(c.req.header('authorization'))
    const tokenHash = token === null ? null : await sha256Hex(token)
    const agentId = tokenHash === null ? undefined : await useDb(c, (db) => findAgentByToken(db, tokenHash))
    if (agentId === undefined) {
      await countWrongKey(c.env.AUTH_FAILURE_LIMIT, clientBucket(c))
      throw new UnauthorizedError('The agent token is missing, wrong or revoked; mint one under Agents.')
    }
    return agentLink(c.env, agentId).fetch(joinRequest(c.req.raw, agentId))
  })
  .openapi(viewerSocket('/benchmark/ws/run/{run_id}', 'watchRun'), (c) =>
    joinAsViewer(c, c.req.valid('param').run_id),
  )
  .openapi(viewerSocket('/benchmark/{run_id}/progress', 'watchRunProgress'), (c) =>
    joinAsViewer(c, c.req.valid('param').run_id),
  )
