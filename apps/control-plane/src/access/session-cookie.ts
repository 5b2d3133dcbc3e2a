import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { AppEnv } from '../http.ts'

export const SESSION_COOKIE = 'llm-loadtest-session'

/** Over https the cookie is `__Host-…` and Secure: no other host and no plain connection can set or see it. */
function protection(c: Context<AppEnv>): { secure: boolean; prefix?: 'host' } {
  return new URL(c.req.url).protocol === 'https:' ? { secure: true, prefix: 'host' } : { secure: false }
}

/** The token in the session cookie. */
export function readSessionCookie(c: Context<AppEnv>): string | undefined {
  return getCookie(c, SESSION_COOKIE, protection(c).prefix)
}

/** @param maxAgeSeconds how long the browser keeps it */
export function setSessionCookie(c: Context<AppEnv>, token: string, maxAgeSeconds: number): void {
  setCookie(c, SESSION_COOKIE, token, {
    ...protection(c),
    path: '/',
    httpOnly: true,
    sameSite: 'Strict',
    maxAge: Math.floor(maxAgeSeconds),
  })
}

export function dropSessionCookie(c: Context<AppEnv>): void {
  deleteCookie(c, SESSION_COOKIE, { ...protection(c), path: '/' })
}
