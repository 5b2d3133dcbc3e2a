import { chmodSync, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import Database from 'libsql'
import { z } from 'zod'
import { BackupExistsError, BackupFailedError, BackupInvalidError } from './errors.ts'
import { openFailure } from './hrana/open-failure.ts'

/** How long another writer is waited for, ms. */
export const BUSY_MS = 30_000

const Check = z.array(z.object({ quick_check: z.string() }))
const HAS_MIGRATIONS = "SELECT name FROM sqlite_master WHERE name = '__drizzle_migrations'"

/**
 * Checks that a file is a whole database of a control plane.
 * @throws BackupInvalidError
 */
export function assertDatabase(path: string): void {
  if (!existsSync(path)) throw new BackupInvalidError(path, 'there is no such file')
  const database = open(path)
  try {
    const [first] = Check.parse(database.prepare('PRAGMA quick_check(1)').all())
    if (first?.quick_check !== 'ok') throw new BackupInvalidError(path, first?.quick_check ?? 'it is empty')
    if (database.prepare(HAS_MIGRATIONS).all().length === 0) {
      throw new BackupInvalidError(path, 'it is not the database of a control plane')
    }
  } catch (error) {
    if (error instanceof Database.SqliteError) throw new BackupInvalidError(path, error.message)
    throw error
  } finally {
    database.close()
  }
}

function open(path: string): Database.Database {
  try {
    return new Database(path, { timeout: BUSY_MS })
  } catch (error) {
    throw openFailure(path, error)
  }
}

/**
 * Writes a database, as it is at one moment, into a new file that only its owner may read; a control plane may use it
 * meanwhile. Returns the file's size in bytes.
 * @throws BackupInvalidError when there is no database, BackupExistsError, BackupFailedError
 */
export function backupDatabase(databasePath: string, file: string): number {
  assertDatabase(databasePath)
  if (existsSync(file)) throw new BackupExistsError(file)
  // Written aside and renamed, so that a backup that was interrupted does not look like one.
  const part = `${file}.part`
  rmSync(part, { force: true })
  const database = open(databasePath)
  try {
    database.exec(`VACUUM INTO '${part.replaceAll("'", "''")}'`)
    chmodSync(part, 0o600)
    assertDatabase(part)
    renameSync(part, file)
  } catch (error) {
    rmSync(part, { force: true })
    throw new BackupFailedError(file, error)
  } finally {
    database.close()
  }
  return statSync(file).size
}
