import { createRoute } from '@hono/zod-openapi'
import { NewSession, SessionView } from '@llm-loadtest/schema'
import { secondsLeft, startSession } from '../access/browser-session.ts'
import { requireNoForeignPage } from '../access/origin.ts'
import { dropSessionCookie, readSessionCookie, setSessionCookie } from '../access/session-cookie.ts'
import { deleteSession } from '../db/sessions.ts'
import { type Principal, scopeOf } from '../domain/principal.ts'
import { sha256Hex } from '../domain/tokens.ts'
import { readSettings } from '../env.ts'
import { ConflictError } from '../errors.ts'
import { newRouter, useDb } from '../http.ts'
import { verifiedKey } from '../middleware/authentication.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { requires } from '../middleware/scope.ts'
import { BODY_PROBLEMS, jsonResponse, problems } from '../openapi/responses.ts'

const tags = ['Access']

const show = createRoute({
  method: 'get',
  path: '/session',
  operationId: 'getSession',
  tags,
  summary: 'Who you are here, and what you may do',
  middleware: requires('read'),
  responses: {
    200: jsonResponse(SessionView, 'The key in use; or that none is needed.'),
    ...problems('unauthorized', 'forbidden', 'rate_limited'),
  },
})

const logIn = createRoute({
  method: 'post',
  path: '/session',
  operationId: 'logIn',
  tags,
  summary: "Exchange an API key for the browser's session cookie",
  security: [],
  middleware: jsonBody,
  request: { body: { required: true, content: { 'application/json': { schema: NewSession } } } },
  responses: {
    201: jsonResponse(SessionView, 'Logged in, for a week at most; the cookie is in Set-Cookie.'),
    ...problems('unauthorized', 'forbidden', 'conflict', 'rate_limited', ...BODY_PROBLEMS),
  },
})

const logOut = createRoute({
  method: 'delete',
  path: '/session',
  operationId: 'logOut',
  tags,
  summary: 'Log out: the session ends and the cookie goes',
  security: [],
  responses: {
    204: { description: 'There is no session now.' },
    ...problems('forbidden', 'rate_limited'),
  },
})

function sessionView(principal: Principal): SessionView {
  const open = principal.kind === 'open'
  const expiresAtMs = open ? undefined : principal.session?.expiresAtMs
  return {
    open,
    scope: scopeOf(principal),
    name: open ? null : principal.key.name,
    expires_at: expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString(),
  }
}

export const sessionRoutes = newRouter()
  .openapi(show, (c) => c.json(sessionView(c.get('principal') ?? { kind: 'open' }), 200))
  .openapi(logIn, async (c) => {
    const settings = readSettings(c.env)
    requireNoForeignPage(c, settings)
    if (settings.apiKey === undefined) {
      throw new ConflictError('No key is needed here: this control plane is open.')
    }
    const key = await verifiedKey(c, c.req.valid('json').api_key, settings.apiKey)
    const { token, session } = await useDb(c, (db) => startSession(db, key))
    setSessionCookie(c, token, secondsLeft(session.expiresAtMs))
    return c.json(sessionView({ kind: 'key', key, session }), 201)
  })
  .openapi(logOut, async (c) => {
    requireNoForeignPage(c, readSettings(c.env))
    const token = readSessionCookie(c)
    if (token !== undefined) {
      const sessionHash = await sha256Hex(token)
      await useDb(c, (db) => deleteSession(db, sessionHash))
    }
    dropSessionCookie(c)
    return c.body(null, 204)
  })
