import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startHranaServer } from '@llm-loadtest/control-plane/database'
import { afterEach, describe, expect, it } from 'vitest'

const ADMIN = fileURLToPath(new URL('../admin.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'llm-loadtest-admin-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function admin(args: string[], env: Record<string, string>) {
  return new Promise<{ status: number; output: string }>((resolve) => {
    execFile(
      process.execPath,
      [ADMIN, ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        resolve({ status: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr })
      },
    )
  })
}

describe('npm run admin -- migrate', () => {
  it('makes the tables of an empty database over its HTTP address, once, and says what is wrong otherwise', async () => {
    const database = await startHranaServer({ path: join(folder, 'remote.db'), token: 'the-token' })
    const env = { LIBSQL_URL: database.url, LIBSQL_AUTH_TOKEN: 'the-token' }
    try {
      const first = await admin(['migrate'], env)
      expect(first).toEqual({
        status: 0,
        output: expect.stringMatching(/^[1-9]\d* migration\(s\) applied\.\n$/),
      })
      expect(await admin(['migrate'], env)).toEqual({ status: 0, output: 'The database is up to date.\n' })
      const refused = await admin(['migrate'], { ...env, LIBSQL_AUTH_TOKEN: 'another-token' })
      expect([refused.status, refused.output]).toEqual([1, expect.stringContaining('AUTH_FAILED')])
      expect(refused.output).not.toContain('another-token')
    } finally {
      await database.close()
    }
    const gone = await admin(['migrate'], env)
    expect([gone.status, gone.output]).toEqual([1, expect.stringContaining('ECONNREFUSED')])
  })

  it('names the folder that holds no database, and an unknown command', async () => {
    const nowhere = await admin(['migrate'], { LIBSQL_URL: '', DATA_DIR: join(folder, 'none') })
    expect([nowhere.status, nowhere.output]).toEqual([
      1,
      expect.stringContaining(`no database in ${join(folder, 'none')}`),
    ])
    const unknown = await admin(['shine'], {})
    expect([unknown.status, unknown.output]).toEqual([2, expect.stringContaining("unknown command 'shine'")])
  })
})
