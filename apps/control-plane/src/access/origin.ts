import type { Context } from 'hono'
import { isLoopback } from '../domain/loopback.ts'
import type { Principal } from '../domain/principal.ts'
import type { Settings } from '../env.ts'
import { ForbiddenError } from '../errors.ts'
import type { AppEnv } from '../http.ts'

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

type Origin = 'own' | 'allowed' | 'foreign' | 'unsaid'

/** Where the page is from that a browser makes this request for. Programs say nothing of it. */
function originOf(c: Context<AppEnv>, { corsOrigins }: Settings): Origin {
  const origin = c.req.header('origin')
  if (origin === undefined) return c.req.header('sec-fetch-site') === 'same-origin' ? 'own' : 'unsaid'
  // Not the scheme: behind a proxy that is not trusted to tell it, it is http here and https there.
  if (URL.parse(origin)?.host === new URL(c.req.url).host) return 'own'
  return corsOrigins.includes(origin) ? 'allowed' : 'foreign'
}

/** @throws ForbiddenError unless the request comes from a page of the control plane, or from a program */
export function requireNoForeignPage(c: Context<AppEnv>, settings: Settings): void {
  const origin = originOf(c, settings)
  if (origin === 'foreign' || (origin === 'unsaid' && c.req.header('sec-fetch-site') === 'cross-site')) {
    throw new ForbiddenError(
      'This may be done from a page of the control plane itself only; LLM_LOADTEST_CORS_ORIGIN allows others.',
    )
  }
}

/**
 * Refuses what a page of another site makes a visitor's browser do. A header with a key is no browser's doing.
 * @throws ForbiddenError
 */
export function refuseForgery(c: Context<AppEnv>, settings: Settings, principal: Principal): void {
  const upgrades = c.req.header('upgrade') !== undefined
  if (READING.has(c.req.method) && !upgrades) return
  if (principal.kind === 'open' || upgrades) requireNoForeignPage(c, settings)
  if (principal.kind === 'key' && principal.session !== null && originOf(c, settings) !== 'own') {
    throw new ForbiddenError(
      'With the session cookie this may be done from a page of the control plane itself only; send the API key.',
    )
  }
}

/**
 * Without a key only this machine is let in, by its own names: a name of somebody else's that leads here
 * (DNS rebinding) would make any page of the web one of this origin.
 * @throws ForbiddenError
 */
export function requireLoopback(c: Context<AppEnv>, { allowOpen }: Settings): void {
  if (allowOpen || isLoopback(new URL(c.req.url).hostname)) return
  throw new ForbiddenError(
    'No API key is set, so only loopback addresses are answered: set LLM_LOADTEST_API_KEY, or LLM_LOADTEST_ALLOW_OPEN=1.',
  )
}
