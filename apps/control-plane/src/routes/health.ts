import { createRoute } from '@hono/zod-openapi'
import { Health } from '@llm-loadtest/schema'
import { cacheState } from '../cache/result-cache.ts'
import { agentSeenSince, countOnlineAgents } from '../db/agents.ts'
import { onlineSinceMs } from '../domain/presence.ts'
import { newRouter, useDb } from '../http.ts'
import { logError } from '../log.ts'
import { jsonResponse } from '../openapi/responses.ts'
import { VERSION } from '../version.ts'

const health = (operationId: string) =>
  createRoute({
    method: 'get',
    path: '/health',
    operationId,
    tags: ['Health'],
    summary: 'Liveness, version and the state of the database and the cache',
    security: [],
    responses: {
      200: jsonResponse(Health, 'All is well.'),
      503: jsonResponse(
        Health,
        'Up, but still starting, or the database cannot be reached, or a setting is missing.',
      ),
    },
  })

/** Health under an operation id of its own: it is served at two addresses. */
export const healthRoutes = (operationId: string) =>
  newRouter().openapi(health(operationId), async (c) => {
    const base = { version: VERSION, cache: await cacheState(c.env) }
    try {
      const { agents_online, starting } = await useDb(c, async (db, settings) => {
        const { readyOnceAgentSeenSinceMs: since } = settings
        // In this order: an agent that joins between the two is then counted in an answer that says `ok`.
        const starting = since !== undefined && !(await agentSeenSince(db, since))
        return { starting, agents_online: await countOnlineAgents(db, onlineSinceMs(settings)) }
      })
      const up = { ...base, database: 'ok' as const, agents_online }
      return starting
        ? c.json({ ...up, status: 'starting' as const }, 503)
        : c.json({ ...up, status: 'ok' as const }, 200)
    } catch (error) {
      logError('health check failed', error, { request_id: c.get('requestId') })
      return c.json(
        { ...base, status: 'degraded' as const, database: 'unreachable' as const, agents_online: null },
        503,
      )
    }
  })
