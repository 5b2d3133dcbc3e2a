import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { drizzle } from 'drizzle-orm/libsql'
import { migrate as drizzleMigrate } from 'drizzle-orm/libsql/migrator'
import { expect, test } from 'vitest'

import { connect, startTestServer, TEST_TOKEN, temporaryFolder } from './hrana/test-server.ts'
import { migrateDatabase } from './migrate.ts'

const BREAK = '\n--> statement-breakpoint\n'
const FIRST = `CREATE TABLE a (id INTEGER PRIMARY KEY);${BREAK}INSERT INTO a VALUES (1);`
const SECOND = 'CREATE TABLE b (a_id INTEGER REFERENCES a(id));'

/** A migrations folder as drizzle-kit writes it; each SQL text one migration, a second apart. */
function writeMigrations(...migrations: string[]): string {
  const folder = temporaryFolder()
  const entries = migrations.map((_, index) => ({
    idx: index,
    version: '6',
    when: 1_750_000_000_000 + index * 1000,
    tag: `000${index}_step`,
    breakpoints: true,
  }))
  mkdirSync(join(folder, 'meta'))
  writeFileSync(
    join(folder, 'meta', '_journal.json'),
    JSON.stringify({ version: '7', dialect: 'sqlite', entries }),
  )
  for (const [index, sql] of migrations.entries()) writeFileSync(join(folder, `000${index}_step.sql`), sql)
  return folder
}

async function startDatabase() {
  const server = await startTestServer()
  const client = connect(server)
  const migrate = (folder: string) =>
    migrateDatabase({ url: server.url, authToken: TEST_TOKEN, migrationsFolder: folder })
  const tables = async () => {
    const { rows } = await client.execute(
      "SELECT name FROM sqlite_master WHERE name IN ('a', 'b') ORDER BY name",
    )
    return rows.map((row) => row['name'])
  }
  const recorded = async () =>
    (await client.execute('SELECT count(*) AS n FROM __drizzle_migrations')).rows[0]?.['n']
  return { client, migrate, tables, recorded }
}

test('applies what is missing, once', async () => {
  const { migrate, tables, recorded } = await startDatabase()
  expect(await migrate(writeMigrations(FIRST))).toBe(1)
  const both = writeMigrations(FIRST, SECOND)
  expect(await migrate(both)).toBe(1)
  expect(await migrate(both)).toBe(0)
  expect([await tables(), await recorded()]).toEqual([['a', 'b'], 2])
})

test("shares drizzle's own record of what was applied", async () => {
  const { client, migrate, recorded } = await startDatabase()
  const folder = writeMigrations(FIRST, SECOND)
  await drizzleMigrate(drizzle(client), { migrationsFolder: folder })
  expect(await migrate(folder)).toBe(0)
  await drizzleMigrate(drizzle(client), { migrationsFolder: folder })
  expect(await recorded()).toBe(2)
})

test('a migration that fails leaves nothing of itself behind, and is completed by the next run', async () => {
  const { migrate, tables, recorded } = await startDatabase()
  const broken = writeMigrations(FIRST, `${SECOND}${BREAK}INSERT INTO nowhere VALUES (1)`)
  await expect(migrate(broken)).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringMatching(/^Migration 0001_step, statement 2, failed .*no such table: nowhere/),
  })
  expect([await tables(), await recorded()]).toEqual([['a'], 1])
  expect(await migrate(writeMigrations(FIRST, SECOND))).toBe(1)
  expect([await tables(), await recorded()]).toEqual([['a', 'b'], 2])
})

test('a forgotten breakpoint fails, where the second statement would have been dropped', async () => {
  const { migrate, tables } = await startDatabase()
  const folder = writeMigrations('CREATE TABLE a (id); CREATE TABLE b (id)')
  await expect(migrate(folder)).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringContaining('more than one statement'),
  })
  expect(await tables()).toEqual([])
})

test('a table may be rebuilt while others refer to it, and foreign keys are enforced afterwards', async () => {
  const { client, migrate } = await startDatabase()
  const fill = 'INSERT INTO b VALUES (1)'
  const rebuild = [
    'CREATE TABLE c (id INTEGER PRIMARY KEY)',
    'INSERT INTO c SELECT id FROM a',
    'DROP TABLE a',
    'ALTER TABLE c RENAME TO a',
  ]
  await migrate(writeMigrations(FIRST, SECOND, fill, ['PRAGMA foreign_keys=OFF;', ...rebuild].join(BREAK)))
  expect((await client.execute('SELECT a_id FROM b')).rows[0]?.['a_id']).toBe(1)
  await expect(client.execute('INSERT INTO b VALUES (404)')).rejects.toMatchObject({
    code: 'SQLITE_CONSTRAINT',
  })
})

test('refuses a database of a newer version, and leaves it alone', async () => {
  const { migrate, tables, recorded } = await startDatabase()
  await migrate(writeMigrations(FIRST, SECOND))
  await expect(migrate(writeMigrations(FIRST))).rejects.toMatchObject({
    code: 'DATABASE_NEWER',
    message: expect.stringMatching(
      /written by a newer version .*1 migration.*Upgrade, or use another DATA_DIR/,
    ),
  })
  expect([await tables(), await recorded()]).toEqual([['a', 'b'], 2])
})

test('refuses a migration that was edited after it had been applied', async () => {
  const { migrate, recorded } = await startDatabase()
  await migrate(writeMigrations(FIRST))
  const edited = writeMigrations(`${FIRST} -- edited`, SECOND)
  await expect(migrate(edited)).rejects.toMatchObject({
    code: 'MIGRATION_CHANGED',
    message: expect.stringContaining('0000_step'),
  })
  expect(await recorded()).toBe(1)
})

test('says which folder holds no migrations', async () => {
  const { migrate } = await startDatabase()
  const folder = temporaryFolder()
  await expect(migrate(folder)).rejects.toMatchObject({
    code: 'MIGRATIONS_UNREADABLE',
    message: expect.stringContaining(folder),
  })
})
