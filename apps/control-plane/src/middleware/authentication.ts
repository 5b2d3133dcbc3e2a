import type { Context, MiddlewareHandler } from 'hono'
import { liveKeyOf, liveSessionOf } from '../access/authenticate.ts'
import { freshToken, isDueForRotation, secondsLeft } from '../access/browser-session.ts'
import { clientBucket } from '../access/client-address.ts'
import { countWrongKey, refuseIfBlocked, spend } from '../access/limits.ts'
import { refuseForgery, requireLoopback } from '../access/origin.ts'
import { readSessionCookie, setSessionCookie } from '../access/session-cookie.ts'
import { recordKeyUse } from '../db/keys.ts'
import type { Principal } from '../domain/principal.ts'
import { bearerToken } from '../domain/tokens.ts'
import { readSettings, type Settings } from '../env.ts'
import { UnauthorizedError } from '../errors.ts'
import { type AppEnv, useDb } from '../http.ts'

/** Open by design: liveness, the agents' socket, which has tokens of its own, and logging in and out. */
const OPEN_CALLS = new Set([
  'GET /api/v1/health',
  'HEAD /api/v1/health',
  'GET /api/v1/agents/ws',
  'POST /api/v1/session',
  'DELETE /api/v1/session',
])
const USE_NOTED_EVERY_MS = 60_000

/** Whether a call needs no principal. */
export const isOpenCall = (method: string, path: string): boolean => OPEN_CALLS.has(`${method} ${path}`)

const refusal = () =>
  new UnauthorizedError('Send an API key that works, as X-API-Key or Authorization: Bearer, or log in.')

/**
 * The key that was given, if it works.
 * @throws UnauthorizedError, or RateLimitedError when too many wrong ones came from there
 */
export async function verifiedKey(c: Context<AppEnv>, given: string, environment: string) {
  const bucket = clientBucket(c)
  const key = await liveKeyOf(
    given,
    environment,
    (work) => useDb(c, work),
    () => refuseIfBlocked(bucket),
  )
  if (key) return key
  await countWrongKey(c.env.AUTH_FAILURE_LIMIT, bucket)
  throw refusal()
}

/** @throws UnauthorizedError, RateLimitedError, ForbiddenError */
async function principalOf(c: Context<AppEnv>, settings: Settings): Promise<Principal> {
  const { apiKey } = settings
  if (apiKey === undefined) {
    requireLoopback(c, settings)
    return { kind: 'open' }
  }
  const given = c.req.header('x-api-key') ?? bearerToken(c.req.header('authorization'))
  if (given !== null) return { kind: 'key', key: await verifiedKey(c, given, apiKey), session: null }
  const token = readSessionCookie(c)
  const found = token === undefined ? null : await liveSessionOf(token, apiKey, (work) => useDb(c, work))
  if (found) return { kind: 'key', ...found }
  await spend(c.env.REQUEST_LIMIT, clientBucket(c))
  throw refusal()
}

function noteUse(c: Context<AppEnv>, principal: Principal): void {
  if (principal.kind === 'open') return
  const { keyId, lastUsedAtMs } = principal.key
  const nowMs = Date.now()
  if (keyId === null || (lastUsedAtMs ?? 0) + USE_NOTED_EVERY_MS > nowMs) return
  c.executionCtx.waitUntil(useDb(c, (db) => recordKeyUse(db, keyId, nowMs)))
}

/** The session's new token, when it is due one. A socket's answer could not carry it. */
async function rotated(c: Context<AppEnv>, principal: Principal) {
  if (principal.kind === 'open' || principal.session === null) return null
  const { session } = principal
  if (!isDueForRotation(session) || c.req.header('upgrade') !== undefined) return null
  const token = await useDb(c, (db) => freshToken(db, session))
  return token === null ? null : { token, maxAgeSeconds: secondsLeft(session.expiresAtMs) }
}

/** Finds out who makes the request: by a key in X-API-Key or as a bearer token, or by the session cookie. */
export const authentication: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (isOpenCall(c.req.method, c.req.path)) return next()
  const settings = readSettings(c.env)
  const principal = await principalOf(c, settings)
  refuseForgery(c, settings, principal)
  c.set('principal', principal)
  noteUse(c, principal)
  const renewed = await rotated(c, principal)
  await next()
  if (renewed) setSessionCookie(c, renewed.token, renewed.maxAgeSeconds)
}
