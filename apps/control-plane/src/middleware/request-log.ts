import { newId, withoutSecrets } from '@llm-loadtest/schema'
import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { AppEnv } from '../http.ts'
import { configureLog, log } from '../log.ts'
import { countRequest } from '../metrics/request-counts.ts'

const REQUEST_ID = /^[A-Za-z0-9._-]{1,100}$/

/** The caller's X-Request-Id when it is a plain one and has not the shape of a key; else a new one. */
function requestIdOf(c: Context<AppEnv>): string {
  const given = c.req.header('x-request-id')
  const isPlain = given !== undefined && REQUEST_ID.test(given) && withoutSecrets(given) === given
  return isPlain ? given : newId('req')
}

/** The pattern of the route that took the request, as the OpenAPI document writes it: `/health`, `/api/v1/agents/{agent_id}`. */
function routeOf(c: Context<AppEnv>): string {
  const handler = matchedRoutes(c).findLast(({ path }) => !path.endsWith('*'))
  if (handler) return handler.path.replaceAll(/:(\w+)/g, '{$1}')
  return c.req.path.startsWith('/api/') ? 'unknown' : 'web'
}

/** Gives each request an id, returns it, counts the request, and logs one JSON line. */
export const requestLog: MiddlewareHandler<AppEnv> = async (c, next) => {
  configureLog(c.env)
  const requestId = requestIdOf(c)
  c.set('requestId', requestId)
  const startedAtMs = Date.now()
  await next()
  // Rebuilding a 101 response to set a header would drop its socket.
  if (c.res.status !== 101) c.res.headers.set('X-Request-Id', requestId)
  const { status } = c.res
  const { method } = c.req
  const route = routeOf(c)
  const ms = Date.now() - startedAtMs
  countRequest(c, { route, method, status, ms })
  log.info('request', { request_id: requestId, method, route, status, ms })
}
