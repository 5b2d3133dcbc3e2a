import Database from 'libsql'

import type { WireError } from './wire.ts'

/** A failure that the client is told of, with the code libSQL's own server uses for it. */
export class HranaError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'HranaError'
    this.code = code
  }
}

/** True when SQLite could not get a lock that another connection holds. */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

/**
 * The wire form of anything thrown while a statement ran. Extended SQLite codes are cut to the base one
 * (SQLITE_CONSTRAINT_UNIQUE becomes SQLITE_CONSTRAINT), as libSQL's own server does.
 */
export function toWireError(error: unknown): WireError {
  if (error instanceof HranaError) return { message: error.message, code: error.code }
  if (error instanceof Database.SqliteError) {
    const code = /^SQLITE_[A-Z]+/.exec(error.code)?.[0] ?? 'SQLITE_UNKNOWN'
    return { message: `SQLite error: ${error.message}`, code }
  }
  return { message: error instanceof Error ? error.message : String(error), code: 'INTERNAL_ERROR' }
}
