import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AGENT_SUBPROTOCOL, Health, ViewerMessage } from '@llm-loadtest/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHranaServer } from './local/hrana/server.ts'
import { migrateDatabase } from './local/migrate.ts'
import { bundleWorker } from './local/worker-bundle.ts'
import { startWorkerRuntime } from './local/worker-runtime.ts'
import { problem, useControlPlane } from './testing/control-plane.ts'
import { ROUTES } from './testing/routes.ts'
import { openSocket } from './testing/socket.ts'

const ROOT = join(import.meta.dirname, '../../..')
const plain = ROUTES.filter((route) => !route.socket && !route.stateless)
const sockets = ROUTES.filter((route) => route.socket)

describe('with tables missing', () => {
  const controlPlane = useControlPlane()
  beforeAll(() =>
    controlPlane.db(async (db) => {
      for (const table of ['runs', 'agents', 'api_keys', 'presets']) {
        await db.run(`alter table ${table} rename to lost_${table}`)
      }
    }),
  )

  it.each(plain)('$method $path answers 500 and tells nothing of the inside', async ({
    method,
    path,
    body,
  }) => {
    const answer = await controlPlane.call(method, path, { body, headers: { 'X-Request-Id': 'broken' } })
    expect([answer.status, problem(answer)]).toEqual([
      500,
      {
        code: 'internal',
        message: 'Something went wrong here; the log has more under this request_id.',
        request_id: 'broken',
      },
    ])
    expect(answer.text).not.toMatch(/sql|select|table|runs|agents|at /i)
  })

  it.each(sockets)('$path answers 500 at the handshake', async ({ path }) => {
    await expect(openSocket(`${controlPlane.socketUrl}${path}`, ViewerMessage)).rejects.toMatchObject({
      status: 500,
      body: expect.stringContaining('"internal"'),
    })
  })

  it("answers 500 at an agent's handshake", async () => {
    const options = { protocols: [AGENT_SUBPROTOCOL], headers: { Authorization: 'Bearer agt_x' } }
    const url = `${controlPlane.socketUrl}/api/v1/agents/ws`
    await expect(openSocket(url, ViewerMessage, options)).rejects.toMatchObject({ status: 500 })
  })

  it('logs the cause under the request id', async () => {
    await controlPlane.call('GET', '/api/v1/agents', { headers: { 'X-Request-Id': 'look-me-up' } })
    await expect
      .poll(() => controlPlane.logLines.some((line) => /look-me-up.*no such table/.test(line)), {
        timeout: 5000,
      })
      .toBe(true)
  })
})

describe('with the database gone', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'no-database-'))
  const token = 'token-of-this-test'
  let url = ''
  let close: () => Promise<void> = async () => undefined

  beforeAll(async () => {
    const database = await startHranaServer({ path: join(dataDir, 'test.db'), token })
    await migrateDatabase({ url: database.url, authToken: token, migrationsFolder: join(ROOT, 'drizzle') })
    const worker = await bundleWorker({ configPath: join(ROOT, 'wrangler.toml'), assetsDirectory: null })
    const bindings = { LIBSQL_URL: database.url, LIBSQL_AUTH_TOKEN: token }
    const objectsPath = join(dataDir, 'objects')
    const runtime = await startWorkerRuntime({ worker, bindings, objectsPath, log: () => undefined })
    await database.close()
    url = `http://127.0.0.1:${runtime.port}`
    close = runtime.close
  }, 60_000)
  afterAll(async () => {
    await close()
    rmSync(dataDir, { recursive: true })
  })

  it.each(plain)('$method $path answers 503', async ({ method, path, body }) => {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    })
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({
      error: { code: 'unavailable', message: 'The database cannot be reached; try again in a moment.' },
    })
  })

  it.each(sockets)('$path answers 503 at the handshake', async ({ path }) => {
    await expect(openSocket(`${url.replace('http', 'ws')}${path}`, ViewerMessage)).rejects.toMatchObject({
      status: 503,
    })
  })

  it("answers 503 at an agent's handshake", async () => {
    const options = { protocols: [AGENT_SUBPROTOCOL], headers: { Authorization: 'Bearer agt_x' } }
    const address = `${url.replace('http', 'ws')}/api/v1/agents/ws`
    await expect(openSocket(address, ViewerMessage, options)).rejects.toMatchObject({ status: 503 })
  })

  it('tells in its health, with 503', async () => {
    const response = await fetch(`${url}/api/v1/health`)
    expect(response.status).toBe(503)
    expect(Health.parse(await response.json())).toEqual({
      status: 'degraded',
      version: '0.1.0',
      database: 'unreachable',
      cache: 'edge',
      agents_online: null,
    })
  })

  it('refuses secrets it cannot keep, with what to set', async () => {
    const response = await fetch(`${url}/api/v1/benchmark/run`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ server_url: 'http://llm.test', model: 'm', api_key: 'sk-x' }),
    })
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining('set LLM_LOADTEST_SECRET') },
    })
  })
})
