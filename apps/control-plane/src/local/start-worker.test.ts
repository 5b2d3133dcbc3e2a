import { once } from 'node:events'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { startFixture, writeFixture } from './test-worker.ts'

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url)
  return response.json()
}

/** Fails unless the fixture can be started again: nothing of a failed start may be left. */
async function expectStartable(fixture: string): Promise<void> {
  const controlPlane = await startFixture(fixture)
  expect((await controlPlane.health()).ok).toBe(true)
}

describe('a running control plane', { timeout: 60_000 }, () => {
  test('gives the worker its database, variables, objects, Node modules and assets, and keeps them over a restart', async () => {
    const fixture = writeFixture()
    const lines: string[] = []
    const vars = { LEASE_MS: '50', LLM_LOADTEST_API_KEY: 'a-key' }
    const first = await startFixture(fixture, { vars, log: (line) => lines.push(line) })
    expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await first.health()).toEqual({ ok: true, status: 200, body: 'fine' })
    expect(await getJson(`${first.url}/api/node`)).toEqual(['ca978112', 'a/b'])
    expect(await getJson(`${first.url}/api/add`)).toBe(1)
    expect(await getJson(`${first.url}/api/count`)).toBe(1)
    expect(await (await fetch(`${first.url}/runs/some-page`)).text()).toBe('<title>the page</title>')
    await fetch(`${first.url}/api/log`)
    await vi.waitFor(() => expect(lines).toContain('said by the worker'), 5_000)
    const secretPath = join(fixture, 'data', 'secret')
    const secret = readFileSync(secretPath, 'utf8').trim()
    expect([Buffer.from(secret, 'base64').length, statSync(secretPath).mode & 0o777]).toEqual([32, 0o600])
    expect(await getJson(`${first.url}/api/vars`)).toEqual({
      lease: '50',
      config: 'yes',
      key: 'a-key',
      secret,
    })

    await Promise.all([first.close(), first.close()])
    await expect(fetch(first.url)).rejects.toThrow('fetch failed')
    await expect(fetch(first.database.url)).rejects.toThrow('fetch failed')

    const second = await startFixture(fixture)
    expect(await getJson(`${second.url}/api/add`)).toBe(2)
    expect(await getJson(`${second.url}/api/count`)).toBe(2)
    expect(await getJson(`${second.url}/api/vars`)).toEqual({
      lease: '60000',
      config: 'yes',
      key: null,
      secret,
    })
  })

  test('owns its data folder until it is closed', async () => {
    const fixture = writeFixture()
    const first = await startFixture(fixture)
    const message = expect.stringMatching(
      new RegExp(`in use by another control plane \\(process ${process.pid}\\)`),
    )
    await expect(startFixture(fixture)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE', message })
    expect((await first.health()).ok).toBe(true)
    await first.close()
    await expectStartable(fixture)
  })

  test('runs without a web app when told so', async () => {
    const fixture = writeFixture()
    rmSync(join(fixture, 'web'), { recursive: true })
    const { url } = await startFixture(fixture, { assetsDirectory: null })
    expect((await fetch(`${url}/`)).status).toBe(404)
  })

  test('listens where others reach it once they need a key, or the operator agreed', async () => {
    const fixture = writeFixture()
    const keyed = await startFixture(fixture, { host: '0.0.0.0', vars: { LLM_LOADTEST_API_KEY: 'a-key' } })
    expect((await keyed.health()).ok).toBe(true)
    await keyed.close()
    const open = await startFixture(fixture, { host: '0.0.0.0', vars: { LLM_LOADTEST_ALLOW_OPEN: '1' } })
    expect((await open.health()).ok).toBe(true)
  })
})

describe('a start that fails says what to do, and leaves nothing running', { timeout: 60_000 }, () => {
  test('a listener others reach, with no key', async () => {
    const message = expect.stringContaining('Set LLM_LOADTEST_API_KEY, or set LLM_LOADTEST_ALLOW_OPEN=1')
    const starting = startFixture(writeFixture(), { host: '0.0.0.0', vars: { LLM_LOADTEST_API_KEY: '' } })
    await expect(starting).rejects.toMatchObject({ code: 'OPEN_LISTENER', message })
  })

  test('a taken port', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    onTestFinished(() => void holder.close())
    const address = holder.address()
    const port = address !== null && typeof address === 'object' ? address.port : 0
    const message = expect.stringMatching(
      new RegExp(`^Port ${port} on 127.0.0.1 is taken .*set PORT to a free port`),
    )
    await expect(startFixture(writeFixture(), { port })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message,
    })
  })

  test('an address this machine does not have', async () => {
    const starting = startFixture(writeFixture(), {
      host: '192.0.2.1',
      vars: { LLM_LOADTEST_ALLOW_OPEN: '1' },
    })
    await expect(starting).rejects.toMatchObject({ code: 'LISTEN_FAILED' })
  })

  test('a newer database', async () => {
    const fixture = writeFixture()
    await (await startFixture(fixture)).close()
    const journal = join(fixture, 'drizzle/meta/_journal.json')
    const newer = readFileSync(journal, 'utf8')
    writeFileSync(journal, JSON.stringify({ entries: [] }))
    await expect(startFixture(fixture)).rejects.toMatchObject({ code: 'DATABASE_NEWER' })
    writeFileSync(journal, newer)
    await expectStartable(fixture)
  })

  test('a web app that is not built', async () => {
    const fixture = writeFixture()
    const assetsDirectory = join(fixture, 'nothing')
    const message = expect.stringContaining('npm run build:web')
    await expect(startFixture(fixture, { assetsDirectory })).rejects.toMatchObject({
      code: 'WEB_APP_MISSING',
      message,
    })
    await expectStartable(fixture)
  })

  test('a worker that does not compile', async () => {
    const starting = startFixture(writeFixture("import './missing.ts'"))
    await expect(starting).rejects.toMatchObject({
      code: 'WORKER_BUILD_FAILED',
      message: expect.stringContaining('missing.ts'),
    })
  })

  test('a worker that throws as it loads', async () => {
    const worker = "export class Counter {}\nthrow new Error('broken at load')"
    const starting = startFixture(writeFixture(worker))
    await expect(starting).rejects.toMatchObject({
      code: 'WORKER_START_FAILED',
      message: expect.stringContaining('broken at load'),
    })
  })

  test('a worker that is not healthy', async () => {
    const fixture = writeFixture()
    const message = 'The worker did not start: /api/v1/health answered 503: fine'
    const starting = startFixture(fixture, { vars: { HEALTH: '503' } })
    await expect(starting).rejects.toMatchObject({ code: 'WORKER_START_FAILED', message })
    await expectStartable(fixture)
  })
})
