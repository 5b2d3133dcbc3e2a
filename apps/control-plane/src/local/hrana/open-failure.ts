import Database from 'libsql'

import { DatabaseLockedError, DatabaseUnwritableError, NotADatabaseError } from '../errors.ts'
import { isBusy } from './hrana-error.ts'

/** What went wrong when a database file could not be opened, as an error that says what to do. */
export function openFailure(path: string, error: unknown): unknown {
  if (isBusy(error)) return new DatabaseLockedError(path, error)
  const code = error instanceof Database.SqliteError ? error.code : ''
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return new NotADatabaseError(path, error)
  // When the file cannot even be opened, the library throws a plain Error that ends with SQLite's CANTOPEN.
  const cannotOpen =
    error instanceof Error && /Unable to open connection to local database .*: 14\b/s.test(error.message)
  if (cannotOpen || /^SQLITE_(?:CANTOPEN|READONLY|PERM|IOERR|FULL)/.test(code)) {
    return new DatabaseUnwritableError(path, error)
  }
  return error
}
