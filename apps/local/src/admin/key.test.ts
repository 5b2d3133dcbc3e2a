import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ControlPlane, startControlPlane } from '@llm-loadtest/control-plane'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ADMIN = fileURLToPath(new URL('../admin.ts', import.meta.url))
const dataDir = mkdtempSync(join(tmpdir(), 'llm-loadtest-key-'))
let controlPlane: ControlPlane

beforeAll(async () => {
  const vars = { LLM_LOADTEST_API_KEY: 'the-key-of-this-test' }
  controlPlane = await startControlPlane({ dataDir, vars, assetsDirectory: null, log: () => undefined })
}, 120_000)
afterAll(async () => {
  await controlPlane.close()
  rmSync(dataDir, { recursive: true })
}, 60_000)

function key(...args: string[]): Promise<{ status: number; out: string; error: string }> {
  const env = { ...process.env, LIBSQL_URL: '', DATA_DIR: dataDir }
  return new Promise((resolve) => {
    execFile(process.execPath, [ADMIN, 'key', ...args], { env }, (error, out, complaint) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, out, error: complaint })
    })
  })
}

async function statusWith(apiKey: string, method = 'GET'): Promise<number> {
  const answer = await fetch(`${controlPlane.url}/api/v1/agents`, {
    method,
    headers: { 'X-API-Key': apiKey, 'Content-Type': 'application/json' },
    ...(method === 'POST' ? { body: '{"name":"a"}' } : {}),
  })
  await answer.text()
  return answer.status
}

describe('npm run admin -- key', { timeout: 120_000 }, () => {
  it('makes a key that works at once on the running control plane, shows it once, lists and revokes it', async () => {
    expect((await key('list')).out).toBe('There are no keys.\n')
    const made = await key('create', '--name', '빌드 서버', '--scope', 'read', '--expires', '30')
    expect(made.status).toBe(0)
    const apiKey = made.out.trim()
    expect(apiKey).toMatch(/^llt_[A-Za-z0-9_-]{43}$/)
    const keyId = /key_\w{26}/.exec(made.error)?.[0] ?? ''
    expect([await statusWith(apiKey), await statusWith(apiKey, 'POST')]).toEqual([200, 403])

    const listed = await key('list')
    const [head, row] = listed.out.split('\n').map((line) => line.split(/ {2,}/))
    expect(head).toEqual(['key_id', 'state', 'scope', 'begins', 'last used', 'expires', 'name'])
    expect(row?.slice(0, 4)).toEqual([keyId, 'works', 'read', `${apiKey.slice(0, 8)}…`])
    expect(row?.at(-1)).toBe('빌드 서버')
    expect(listed.out).not.toContain(apiKey)
    for (const file of ['llm-loadtest.db', 'llm-loadtest.db-wal']) {
      expect(readFileSync(join(dataDir, file)).includes(apiKey)).toBe(false)
    }

    expect(await key('revoke', keyId)).toMatchObject({ status: 0, out: `${keyId} is revoked.\n` })
    expect(await statusWith(apiKey)).toBe(401)
    expect((await key('list')).out).toMatch(new RegExp(`${keyId} +revoked`))
    expect(await key('revoke', keyId)).toMatchObject({
      status: 1,
      error: expect.stringContaining(`There is no key ${keyId}`),
    })
  })

  it.each([
    [['create', '--scope', 'run'], "required option '--name <name>'", 2],
    [['create', '--name', 'a', '--scope', 'root'], 'Allowed choices are read, run, admin.', 2],
    [['create', '--name', 'a', '--scope', 'run', '--expires', '1.5'], 'Give a number of days, 1 to 3650.', 2],
    [['create', '--name', ' ', '--scope', 'run'], '--name:', 1],
  ])('says what is wrong with %j', async (args, message, status) => {
    const answer = await key(...args)
    expect(answer).toMatchObject({ status, error: expect.stringContaining(message), out: '' })
  })
})
