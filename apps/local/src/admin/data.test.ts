import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startHranaServer } from '@llm-loadtest/control-plane/database'
import { afterAll, beforeAll, expect, it } from 'vitest'

const ADMIN = fileURLToPath(new URL('../admin.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'llm-loadtest-admin-'))
const DATA_DIR = join(folder, 'data')
const FILE = join(folder, 'backup.db')
let server: Awaited<ReturnType<typeof startHranaServer>>

function admin(args: string[], env: Record<string, string> = {}) {
  const all = { ...process.env, LIBSQL_URL: '', LLM_LOADTEST_RETENTION_DAYS: '', DATA_DIR, ...env }
  return new Promise<[status: number, output: string]>((resolve) => {
    execFile(process.execPath, [ADMIN, ...args], { env: all }, (error, stdout, stderr) => {
      resolve([typeof error?.code === 'number' ? error.code : 0, stdout + stderr])
    })
  })
}

async function runs(...statements: string[]): Promise<unknown> {
  const requests = [...statements, 'select count(*) from runs'].map((sql) => ({
    type: 'execute',
    stmt: { sql },
  }))
  const response = await fetch(`${server.url}/v2/pipeline`, {
    method: 'POST',
    headers: { authorization: 'Bearer the-token' },
    body: JSON.stringify({ requests }),
  })
  const answer = await response.json()
  return answer.results.at(-1).response.result.rows[0][0].value
}

const insertOld = `insert into runs (run_id, status, tags, server_url, model, adapter, config, rejected_by, created_at, position)
  values ('run_old', 'completed', '[]', 'http://a.test', 'm', 'openai', '{}', '[]', 1, 2048)`

beforeAll(async () => {
  const source = join(folder, 'source.db')
  server = await startHranaServer({ path: source, token: 'the-token' })
  const env = { LIBSQL_URL: server.url, LIBSQL_AUTH_TOKEN: 'the-token' }
  expect((await admin(['migrate'], env))[0]).toBe(0)
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

it('prunes a database over its address; a dry run only counts', { timeout: 120_000 }, async () => {
  expect(await runs(insertOld)).toBe('1')
  const env = { LIBSQL_URL: server.url, LIBSQL_AUTH_TOKEN: 'the-token' }
  expect(await admin(['prune'], env)).toEqual([
    1,
    expect.stringContaining('--days N, or LLM_LOADTEST_RETENTION_DAYS'),
  ])
  expect(await admin(['prune', '--days', '0'], env)).toEqual([2, expect.stringContaining('1 to 3650')])
  const old = '1 run(s) older than 30 day(s)'
  expect(await admin(['prune', '--days', '30', '--dry-run'], env)).toEqual([0, `${old} would be deleted.\n`])
  expect(await runs()).toBe('1')
  const kept = { ...env, LLM_LOADTEST_RETENTION_DAYS: '30' }
  expect(await admin(['prune'], kept)).toEqual([0, `${old} deleted.\n`])
  expect(await runs()).toBe('0')
})

it('backs the embedded database up and restores it, into an empty folder too', {
  timeout: 120_000,
}, async () => {
  expect(await admin(['backup', FILE])).toEqual([1, expect.stringContaining('there is no such file')])
  expect(await admin(['backup', FILE], { LIBSQL_URL: server.url })).toEqual([
    1,
    expect.stringContaining('LIBSQL_URL is set'),
  ])
  expect(await runs(insertOld, `vacuum into '${FILE}'`)).toBe('1')
  expect(await admin(['restore', FILE])).toEqual([0, `Restored from ${FILE}.\n`])
  const second = join(folder, 'second.db')
  expect(await admin(['backup', second])).toEqual([0, expect.stringMatching(/second\.db: 0\.\d MiB\n$/)])
  expect(await admin(['backup', second])).toEqual([
    1,
    expect.stringContaining('exists and was left untouched'),
  ])
  expect(await admin(['prune', '--days', '1'])).toEqual([0, '1 run(s) older than 1 day(s) deleted.\n'])
})
