import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newId, RunDefinition, shownConfig } from '@llm-loadtest/schema'
import { drizzle } from 'drizzle-orm/libsql/web'
import { expect, test } from 'vitest'
import { insertAgent, listAgents, recordHello } from '../db/agents.ts'
import { listHistory } from '../db/history.ts'
import { countRunsByStatus } from '../db/run-counts.ts'
import { claimRun, endPendingRun, insertRun } from '../db/runs.ts'
import { MIGRATIONS_FOLDER } from '../testing/database.ts'
import { helloMessage } from '../testing/fake-agent.ts'
import { backupDatabase } from './backup.ts'
import { connect, startTestServer, TEST_TOKEN, temporaryFolder } from './hrana/test-server.ts'
import { migrateDatabase } from './migrate.ts'
import { restoreDatabase } from './restore.ts'

const CONFIG = shownConfig(RunDefinition.parse({ server_url: 'http://a.test', model: 'alpha' }))
const NOW_MS = Date.UTC(2026, 0, 2)

/** A migrated database that is being served, as it is while a control plane runs. */
async function startDatabase() {
  const folder = temporaryFolder()
  const path = join(folder, 'live.db')
  const server = await startTestServer({ path })
  await migrateDatabase({ url: server.url, authToken: TEST_TOKEN, migrationsFolder: MIGRATIONS_FOLDER })
  const client = connect(server)
  const db = drizzle(client)
  return {
    folder,
    path,
    client,
    db,
    async addRun(name: string, ended = true) {
      const runId = newId('run')
      const run = { runId, config: { ...CONFIG, name }, sealedSecrets: 'sealed', createdAtMs: NOW_MS }
      await insertRun(db, run, null)
      if (ended) await endPendingRun(db, runId, { status: 'cancelled', error: null, nowMs: NOW_MS })
    },
    async names(text?: string) {
      const { runs } = await listHistory(db, { text }, { limit: 10, after: null })
      return runs.map((run) => [run.name, run.status])
    },
  }
}

const restore = (databasePath: string, file: string) =>
  restoreDatabase({ databasePath, file, migrationsFolder: MIGRATIONS_FOLDER })

test('a database in use is backed up as it is at one moment, and put back while it is in use', async () => {
  const live = await startDatabase()
  await live.addRun('first')
  await live.addRun('claimed', false)
  await insertAgent(live.db, { agentId: 'agent_1', name: 'a', tokenHash: 'hash', createdAtMs: NOW_MS })
  const lease = { agentId: 'agent_1', slots: 1, nowMs: NOW_MS, leaseExpiresAtMs: NOW_MS }
  expect(await claimRun(live.db, lease)).toBeDefined()

  // Another writes meanwhile; what it has not committed is not in the backup.
  const transaction = await live.client.transaction('write')
  await transaction.execute("insert into idempotency_keys values ('key', 'hash', 'run', 1)")
  const file = join(live.folder, "a 'quoted' backup.db")
  expect(backupDatabase(live.path, file)).toBe(statSync(file).size)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  await transaction.commit()

  await recordHello(live.db, 'agent_1', helloMessage(), NOW_MS + 5)
  await live.addRun('second')
  await restore(live.path, file)

  expect(await live.names()).toEqual([
    ['claimed', 'failed'],
    ['first', 'cancelled'],
  ])
  expect(await live.names('second')).toEqual([])
  expect(await live.names('first')).toEqual([['first', 'cancelled']])
  expect([...(await countRunsByStatus(live.db))].sort()).toEqual([
    ['cancelled', 1],
    ['failed', 1],
  ])
  expect((await live.client.execute('select count(*) as n from idempotency_keys')).rows[0]?.['n']).toBe(0)
  expect(
    (await live.client.execute('select count(*) as n from runs where secrets is not null')).rows[0]?.['n'],
  ).toBe(0)
  // The agent is connected still, and will not say hello again.
  expect((await listAgents(live.db, NOW_MS, NOW_MS)).map(({ online, running }) => [online, running])).toEqual(
    [[true, 0]],
  )
  expect(existsSync(`${live.path}.restoring`)).toBe(false)
  await live.addRun('third')
  expect((await live.names('third')).length).toBe(1)
})

test('a backup of an older version is brought up to date; the file stays as it was', async () => {
  const older = temporaryFolder()
  cpSync(MIGRATIONS_FOLDER, older, { recursive: true })
  const journal = JSON.parse(readFileSync(join(older, 'meta', '_journal.json'), 'utf8'))
  writeFileSync(
    join(older, 'meta', '_journal.json'),
    JSON.stringify({ ...journal, entries: journal.entries.slice(0, 1) }),
  )
  const path = join(older, 'old.db')
  const server = await startTestServer({ path })
  await migrateDatabase({ url: server.url, authToken: TEST_TOKEN, migrationsFolder: older })
  await connect(server).execute({
    sql: `insert into runs (run_id, status, name, tags, server_url, model, adapter, config, rejected_by, created_at)
      values ('run_1', 'completed', 'old', '[]', 'http://a.test', 'alpha', 'openai', ?, '[]', 1)`,
    args: [JSON.stringify(CONFIG)],
  })
  const file = join(older, 'backup.db')
  backupDatabase(path, file)
  const before = readFileSync(file)

  const live = await startDatabase()
  await live.addRun('new')
  await restore(live.path, file)
  expect(await live.names('OLD')).toEqual([['old', 'completed']])
  expect(await live.names()).toEqual([['old', 'completed']])
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('what is no backup is refused, and nothing is changed or overwritten', async () => {
  const live = await startDatabase()
  await live.addRun('kept')
  const text = join(live.folder, 'text')
  writeFileSync(text, 'not a database, but long enough to be taken for one'.repeat(100))
  const whole = join(live.folder, 'whole.db')
  backupDatabase(live.path, whole)
  const cut = join(live.folder, 'cut.db')
  writeFileSync(cut, readFileSync(whole).subarray(0, 20_000))
  for (const file of [text, cut, join(live.folder, 'none')]) {
    await expect(restore(live.path, file)).rejects.toMatchObject({ code: 'BACKUP_INVALID' })
  }
  expect(() => backupDatabase(live.path, whole)).toThrow(expect.objectContaining({ code: 'BACKUP_EXISTS' }))
  expect(() => backupDatabase(live.path, join(live.folder, 'no', 'folder'))).toThrow(
    expect.objectContaining({ code: 'BACKUP_FAILED' }),
  )
  expect(() => backupDatabase(join(live.folder, 'none'), join(live.folder, 'new'))).toThrow(
    expect.objectContaining({ code: 'BACKUP_INVALID' }),
  )
  expect(await live.names()).toEqual([['kept', 'cancelled']])
})
