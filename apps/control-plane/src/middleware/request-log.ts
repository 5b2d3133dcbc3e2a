import { newId } from '@llm-loadtest/schema'
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../http.ts'

const REQUEST_ID = /^[A-Za-z0-9._-]{1,100}$/

/** Gives each request an id (the caller's X-Request-Id if it is a plain one), returns it, and logs one JSON line. */
export const requestLog: MiddlewareHandler<AppEnv> = async (c, next) => {
  const given = c.req.header('x-request-id')
  const requestId = given !== undefined && REQUEST_ID.test(given) ? given : newId('req')
  c.set('requestId', requestId)
  const startedAtMs = Date.now()
  await next()
  // Rebuilding a 101 response to set a header would drop its socket.
  if (c.res.status !== 101) c.res.headers.set('X-Request-Id', requestId)
  const { method, path } = c.req
  const duration_ms = Date.now() - startedAtMs
  console.log(
    JSON.stringify({
      level: 'info',
      event: 'request',
      request_id: requestId,
      method,
      path,
      status: c.res.status,
      duration_ms,
    }),
  )
}
