import type { MiddlewareHandler } from 'hono'
import { cors as honoCors } from 'hono/cors'
import { readSettings } from '../env.ts'
import type { AppEnv } from '../http.ts'

const PREFLIGHT_SECONDS = 600

const allowing = honoCors({
  origin: (origin, c) => (readSettings(c.env).corsOrigins.includes(origin) ? origin : null),
  allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
  allowHeaders: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'If-None-Match',
    'X-API-Key',
    'X-Request-Id',
  ],
  exposeHeaders: ['Content-Disposition', 'ETag', 'Retry-After', 'X-Request-Id'],
  maxAge: PREFLIGHT_SECONDS,
})

/**
 * Lets pages of LLM_LOADTEST_CORS_ORIGIN call the API, with a key: never with the cookie. Off when it is unset.
 * A preflight is answered here, before a key is asked for, since a browser sends none with it.
 */
export const cors: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (c.req.header('origin') === undefined || c.req.header('upgrade') !== undefined) return next()
  return readSettings(c.env).corsOrigins.length === 0 ? next() : allowing(c, next)
}
