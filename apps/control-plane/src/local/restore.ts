import { randomBytes } from 'node:crypto'
import { chmodSync, copyFileSync, rmSync } from 'node:fs'
import Database from 'libsql'
import { z } from 'zod'
import { assertDatabase, BUSY_MS } from './backup.ts'
import { RestoreFailedError } from './errors.ts'
import { startHranaServer } from './hrana/server.ts'
import { migrateDatabase } from './migrate.ts'

const Names = z.array(z.object({ name: z.string() }))
/** Kept by triggers on `runs`. */
const DERIVED = /^(?:run_counts|run_search.*)$/
/** Whoever was logged in when the backup was made may have been locked out since. */
const LEFT_EMPTY = 'sessions'

const UNFINISHED = JSON.stringify({
  code: 'agent_lost',
  message: 'The run had not ended when the backup was made that it was restored from. Start it again.',
})

async function migrate(path: string, migrationsFolder: string): Promise<void> {
  const token = randomBytes(32).toString('base64url')
  const server = await startHranaServer({ path, token })
  try {
    await migrateDatabase({ url: server.url, authToken: token, migrationsFolder })
  } finally {
    await server.close()
  }
}

const namesOf = (database: Database.Database, sql: string): string[] =>
  Names.parse(database.prepare(sql).all()).map(({ name }) => name)

/** The tables that are copied; those they refer to are among them, so references are checked when all is done. */
function tablesOf(database: Database.Database): string[] {
  const all = namesOf(
    database,
    "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
  )
  return all.filter((name) => name !== '__drizzle_migrations' && !DERIVED.test(name))
}

/** Puts the rows of the attached `backup` in the place of those of `main`, in one transaction. */
function replaceRows(database: Database.Database, nowMs: number): void {
  const tables = tablesOf(database)
  // Agents that are connected stay so: they would not say hello again.
  database.exec(
    'CREATE TEMP TABLE present AS SELECT agent_id, connected, last_seen_at FROM main.agents WHERE connected',
  )
  for (const table of tables) database.exec(`DELETE FROM main."${table}"`)
  for (const table of tables) {
    if (table === LEFT_EMPTY) continue
    const columns = namesOf(database, `SELECT name FROM pragma_table_info('${table}')`)
    const list = columns.map((name) => `"${name}"`).join(', ')
    database.exec(`INSERT INTO main."${table}" (${list}) SELECT ${list} FROM backup."${table}"`)
  }
  database.exec(`
    UPDATE main.agents SET connected = agent_id IN (SELECT agent_id FROM temp.present);
    UPDATE main.agents SET last_seen_at = (SELECT last_seen_at FROM temp.present AS p WHERE p.agent_id = agents.agent_id)
      WHERE connected;
    UPDATE main.runs SET status = 'failed', error = '${UNFINISHED.replaceAll("'", "''")}', completed_at = ${nowMs},
      secrets = NULL, lease_expires_at = NULL, agent_done = 1 WHERE status IN ('pending', 'running');
    DROP TABLE temp.present;`)
}

/**
 * Puts what a backup holds in the place of all that a database holds, in one transaction: a control plane may use it
 * meanwhile. A backup of an older version is brought up to date first. Runs that had not ended in it become failed.
 * @throws BackupInvalidError, DatabaseNewerError, RestoreFailedError; then nothing was changed
 */
export async function restoreDatabase(options: {
  databasePath: string
  file: string
  migrationsFolder: string
}): Promise<void> {
  const { databasePath, file, migrationsFolder } = options
  assertDatabase(file)
  const copy = `${databasePath}.restoring`
  const remove = () => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${copy}${suffix}`, { force: true })
  }
  try {
    remove()
    copyFileSync(file, copy)
    chmodSync(copy, 0o600)
    await migrate(copy, migrationsFolder)
    await migrate(databasePath, migrationsFolder)
    transfer(databasePath, copy)
  } finally {
    remove()
  }
}

function transfer(databasePath: string, copy: string): void {
  const database = new Database(databasePath, { timeout: BUSY_MS })
  try {
    database.exec(`PRAGMA foreign_keys = OFF; ATTACH '${copy.replaceAll("'", "''")}' AS backup`)
    database.exec('BEGIN IMMEDIATE')
    replaceRows(database, Date.now())
    database.exec('COMMIT')
  } catch (error) {
    throw new RestoreFailedError(databasePath, error)
  } finally {
    database.close()
  }
}
