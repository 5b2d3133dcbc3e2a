import { LibsqlError } from '@libsql/client/web'

const UNREACHABLE = new Set(['HRANA_WEBSOCKET_ERROR', 'HRANA_CLOSED_ERROR', 'SERVER_ERROR', 'SQLITE_BUSY'])

/** Whether an error, or what caused it, is the database being out of reach rather than a fault of ours. */
export function isDatabaseUnreachable(error: unknown): boolean {
  for (let link = error; link instanceof Error; link = link.cause) {
    if (link instanceof LibsqlError && UNREACHABLE.has(link.code)) return true
    if (link.name === 'TypeError' && /fetch failed|network|connection/i.test(link.message)) return true
    if (/Network connection lost|internal error; reference/i.test(link.message)) return true
  }
  return false
}
