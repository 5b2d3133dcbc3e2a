import { ApiKeyCreated, SessionView, ViewerMessage } from '@llm-loadtest/schema'
import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { apiKeys, sessions } from '../db/tables.ts'
import { sha256Hex } from '../domain/tokens.ts'
import { problem, useControlPlane } from '../testing/control-plane.ts'
import { openSocket } from '../testing/socket.ts'

const KEY = 'the-key-of-this-test'
const HOUR_MS = 60 * 60 * 1000
const controlPlane = useControlPlane({ LLM_LOADTEST_API_KEY: KEY })
const own = () => ({ Origin: controlPlane.url })

/** The session's token in a Set-Cookie header, and the attributes beside it. */
function cookieOf(header: string | null) {
  const [pair = '', ...attributes] = (header ?? '').split('; ')
  const [name, token = ''] = pair.split('=')
  return { name, token, attributes }
}

async function logIn(api_key: string = KEY) {
  const answer = await controlPlane.call('POST', '/api/v1/session', { headers: own(), body: { api_key } })
  return { answer, ...cookieOf(answer.headers.get('set-cookie')) }
}

const withCookie = (token: string) => ({ Cookie: `llm-loadtest-session=${token}` })
const look = (token: string) => controlPlane.call('GET', '/api/v1/session', { headers: withCookie(token) })

async function mint(scope: 'read' | 'run') {
  const headers = { 'X-API-Key': KEY }
  const answer = await controlPlane.call('POST', '/api/v1/keys', { headers, body: { name: scope, scope } })
  return ApiKeyCreated.parse(answer.json())
}

const sessionRow = (token: string) =>
  controlPlane.db(async (db) =>
    db
      .select()
      .from(sessions)
      .where(eq(sessions.session_hash, await sha256Hex(token)))
      .get(),
  )

describe('logging in', () => {
  it('gives a cookie no script reads and no other site sends; only its hash is kept', async () => {
    const { answer, name, token, attributes } = await logIn()
    expect(answer.status).toBe(201)
    const { expires_at, ...view } = SessionView.parse(answer.json())
    expect(view).toEqual({ open: false, scope: 'admin', name: 'LLM_LOADTEST_API_KEY' })
    expect(Date.parse(expires_at ?? '') - Date.now()).toBeGreaterThan(7 * 24 * HOUR_MS - 60_000)
    expect(name).toBe('llm-loadtest-session')
    expect(token).toMatch(/^ses_[A-Za-z0-9_-]{43}$/)
    expect(attributes.map((text) => text.replace(/=\d+$/, '=…'))).toEqual([
      'Max-Age=…',
      'Path=/',
      'HttpOnly',
      'SameSite=Strict',
    ])
    const row = await sessionRow(token)
    expect(JSON.stringify(row)).not.toContain(token)
    expect(SessionView.parse((await look(token)).json())).toEqual({ ...view, expires_at })
  })

  it('refuses a wrong key, a page of another site, and a body that is none', async () => {
    const wrong = await logIn('wrong')
    expect([wrong.answer.status, wrong.answer.headers.get('set-cookie')]).toEqual([401, null])
    const body = { api_key: KEY }
    const headers = { Origin: 'https://elsewhere.example' }
    const foreign = await controlPlane.call('POST', '/api/v1/session', { headers, body })
    expect([foreign.status, foreign.headers.get('set-cookie')]).toEqual([403, null])
    expect((await controlPlane.call('POST', '/api/v1/session', { body: {} })).status).toBe(422)
  })

  it('gives the scope of the key, and no more', async () => {
    const { key } = await mint('read')
    const { token } = await logIn(key)
    expect(SessionView.parse((await look(token)).json())).toMatchObject({ scope: 'read', name: 'read' })
    const headers = { ...withCookie(token), ...own() }
    const answer = await controlPlane.call('POST', '/api/v1/agents', { headers, body: { name: 'a' } })
    expect(answer.status).toBe(403)
  })
})

describe('a session ends', () => {
  it('on logging out, at once', async () => {
    const { token } = await logIn()
    const headers = { ...withCookie(token), ...own() }
    const answer = await controlPlane.call('DELETE', '/api/v1/session', { headers })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('set-cookie')).toBe('llm-loadtest-session=; Max-Age=0; Path=/')
    expect((await look(token)).status).toBe(401)
    expect(await sessionRow(token)).toBeUndefined()
  })

  it('when its key is revoked or expires', async () => {
    const { key, key_id } = await mint('run')
    const [first, second] = [await logIn(key), await logIn(key)]
    const expire = (expires_at: number | null) =>
      controlPlane.db((db) => db.update(apiKeys).set({ expires_at }).where(eq(apiKeys.key_id, key_id)))
    await expire(Date.now())
    expect((await look(first.token)).status).toBe(401)
    await expire(null)
    expect((await look(first.token)).status).toBe(200)
    await controlPlane.call('DELETE', `/api/v1/keys/${key_id}`, { headers: { 'X-API-Key': KEY } })
    expect([(await look(first.token)).status, (await look(second.token)).status]).toEqual([401, 401])
    expect(await sessionRow(first.token)).toBeUndefined()
  })

  it('when the key of the environment is another', async () => {
    const { token } = await logIn()
    const other = await sha256Hex('the key before')
    await controlPlane.db(async (db) =>
      db
        .update(sessions)
        .set({ key_hash: other })
        .where(eq(sessions.session_hash, await sha256Hex(token))),
    )
    expect((await look(token)).status).toBe(401)
  })
})

describe("a session's token", () => {
  const age = (token: string, ms: number) =>
    controlPlane.db(async (db) =>
      db
        .update(sessions)
        .set({ rotated_at: Date.now() - ms })
        .where(eq(sessions.session_hash, await sha256Hex(token))),
    )

  it('is replaced after an hour, once, and the one before works on for a minute', async () => {
    const { token } = await logIn()
    const before = await sessionRow(token)
    expect((await look(token)).headers.get('set-cookie')).toBeNull()
    await age(token, HOUR_MS)
    const answers = await Promise.all([look(token), look(token), look(token)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    const given = answers.flatMap(({ headers }) => headers.get('set-cookie') ?? [])
    expect(given).toHaveLength(1)
    const { token: fresh } = cookieOf(given[0] ?? null)
    expect(fresh).not.toBe(token)
    expect([(await look(fresh)).status, (await look(token)).status]).toEqual([200, 200])
    const [old, next] = [await sessionRow(token), await sessionRow(fresh)]
    expect((old?.expires_at ?? 0) - (old?.rotated_at ?? 0)).toBe(60_000)
    expect([next?.expires_at, next?.created_at]).toEqual([before?.expires_at, before?.created_at])
  })

  it('is not replaced by the answer to a socket, which could not carry it', async () => {
    const { token } = await logIn()
    await age(token, 2 * HOUR_MS)
    const url = `${controlPlane.socketUrl}/api/v1/benchmark/ws/run/run_01JDV7Z8K4Q2M6N9P3R5T7W1XY`
    const headers = { ...withCookie(token), ...own() }
    await expect(openSocket(url, ViewerMessage, { headers })).rejects.toMatchObject({ status: 404 })
    expect((await look(token)).headers.get('set-cookie')).not.toBeNull()
  })
})

describe('with the cookie', () => {
  const write = async (headers: Record<string, string>) => {
    const { token } = await logIn()
    const body = { server_url: 'http://llm.test', model: 'm' }
    return controlPlane.call('POST', '/api/v1/benchmark/run', {
      headers: { ...withCookie(token), ...headers },
      body,
    })
  }

  it('a page of the control plane may write', async () => {
    expect((await write(own())).status).toBe(202)
    expect((await write({ 'Sec-Fetch-Site': 'same-origin' })).status).toBe(202)
  })

  it.each([
    {},
    { Origin: 'null' },
    { Origin: 'https://elsewhere.example' },
    { 'Sec-Fetch-Site': 'same-site' },
    { 'Sec-Fetch-Site': 'cross-site' },
  ])('nobody else may: %j', async (headers) => {
    const answer = await write({ ...headers })
    expect([answer.status, problem(answer).code]).toEqual([403, 'forbidden'])
  })

  it('a socket is opened to a page of the control plane only', async () => {
    const { token } = await logIn()
    const url = `${controlPlane.socketUrl}/api/v1/benchmark/ws/run/run_01JDV7Z8K4Q2M6N9P3R5T7W1XY`
    const open = (headers: Record<string, string>) =>
      openSocket(url, ViewerMessage, { headers: { ...withCookie(token), ...headers } })
    await expect(open(own())).rejects.toMatchObject({ status: 404 })
    await expect(open({ Origin: 'https://elsewhere.example' })).rejects.toMatchObject({ status: 403 })
    await expect(open({})).rejects.toMatchObject({ status: 403 })
  })
})

describe('behind a trusted proxy that has the certificate', () => {
  const behindProxy = useControlPlane({
    LLM_LOADTEST_API_KEY: KEY,
    LLM_LOADTEST_TRUSTED_PROXIES: '127.0.0.1',
  })
  const https = { 'X-Forwarded-Proto': 'https' }

  it('the cookie is Secure and of this host only, and the browser is told to stay with https', async () => {
    const host = new URL(behindProxy.url).host
    const answer = await behindProxy.call('POST', '/api/v1/session', {
      headers: { ...https, Origin: `https://${host}` },
      body: { api_key: KEY },
    })
    const { name, token, attributes } = cookieOf(answer.headers.get('set-cookie'))
    expect(name).toBe('__Host-llm-loadtest-session')
    expect(attributes.slice(1)).toEqual(['Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict'])
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000')
    const look = (cookie: string) =>
      behindProxy.call('GET', '/api/v1/session', { headers: { ...https, Cookie: `${cookie}=${token}` } })
    expect((await look('__Host-llm-loadtest-session')).status).toBe(200)
    expect((await look('llm-loadtest-session')).status).toBe(401)
  })
})

it('believes nobody by default that the connection was over TLS', async () => {
  const headers = { ...own(), 'X-Forwarded-Proto': 'https' }
  const answer = await controlPlane.call('POST', '/api/v1/session', { headers, body: { api_key: KEY } })
  expect(cookieOf(answer.headers.get('set-cookie')).name).toBe('llm-loadtest-session')
  expect(answer.headers.get('strict-transport-security')).toBeNull()
})
