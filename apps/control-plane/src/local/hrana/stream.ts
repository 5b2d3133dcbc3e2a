import Database from 'libsql'

import { HranaError, isBusy } from './hrana-error.ts'
import {
  assertOneStatement,
  changesConnection,
  controlsTransaction,
  mayWrite,
  onlyReads,
} from './sql-text.ts'
import { type Bindings, bindingsOf, toWire } from './values.ts'
import type { SqlSource, Statement, StatementResult } from './wire.ts'

/**
 * One Hrana stream: a database connection of its own, and the SQL texts its client stored. Statements are
 * prepared afresh each time (some 5 µs): the native library neither clears a reused statement's bindings nor
 * notices that its columns changed.
 */
export class Stream {
  readonly #db: Database.Database
  readonly #texts = new Map<number, string>()
  #pristine = true
  #closed = false

  /** Opens a connection to the database file, made when absent. */
  constructor(path: string) {
    this.#db = new Database(path, { timeout: 0 })
    try {
      this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;')
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** True between BEGIN and COMMIT or ROLLBACK. */
  get inTransaction(): boolean {
    // The native library aborts the process when asked this of a closed connection.
    return !this.#closed && this.#db.inTransaction
  }

  storeText(id: number, sql: string): void {
    this.#texts.set(id, sql)
  }

  dropText(id: number): void {
    this.#texts.delete(id)
  }

  /** The SQL text that a request means, given in full or by the id it was stored under. */
  textOf(source: SqlSource): string {
    if (typeof source.sql === 'string') return source.sql
    const stored = typeof source.sql_id === 'number' ? this.#texts.get(source.sql_id) : undefined
    if (stored === undefined) throw new HranaError('SQL_ID_UNKNOWN', 'The request names no known SQL text')
    return stored
  }

  /** Runs one statement to its end. Throws SQLITE_BUSY at once when another stream holds the lock. */
  execute(sql: string, stmt: Statement): StatementResult {
    assertOneStatement(sql)
    const bindings = bindingsOf(stmt)
    if (changesConnection(sql)) this.#pristine = false
    if (controlsTransaction(sql)) {
      this.#db.exec(sql)
      return { cols: [], rows: [], affected_row_count: 0, last_insert_rowid: null }
    }
    if (mayWrite(sql) && !this.inTransaction) this.probeWriteLock()
    try {
      return this.#run(sql, bindings, stmt.want_rows)
    } catch (error) {
      if (isBusy(error)) this.#pristine = false
      throw error
    }
  }

  /** Runs a script of any number of statements, and drops its rows. */
  runScript(sql: string): void {
    this.#pristine = false
    this.#db.exec(sql)
  }

  /**
   * Fails with SQLITE_BUSY while another connection holds the write lock. A prepared statement that met the lock
   * would stay in progress until it is garbage collected, and fail every COMMIT of its connection until then.
   */
  probeWriteLock(): void {
    this.#db.exec('BEGIN IMMEDIATE')
    this.#db.exec('ROLLBACK')
  }

  /** Rolls back what was left open. False: the connection carries settings of its last user, close it. */
  reset(): boolean {
    this.#texts.clear()
    if (this.inTransaction) this.#db.exec('ROLLBACK')
    return this.#pristine
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#db.close()
  }

  /** Moves the write-ahead log into the database file, as far as nobody still reads it. */
  checkpoint(): void {
    this.#db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all()
  }

  #prepare(sql: string): Database.Statement<unknown[]> {
    try {
      return this.#db.prepare(sql).safeIntegers(true)
    } catch (error) {
      if (error instanceof Database.SqliteError && error.code === 'SQLITE_ERROR') {
        throw new HranaError('SQL_INPUT_ERROR', `SQLite input error: ${error.message}`)
      }
      throw error
    }
  }

  #run(sql: string, bindings: Bindings, wantRows: boolean): StatementResult {
    const prepared = this.#prepare(sql)
    if (prepared.reader) return this.#query(sql, prepared, bindings, wantRows)
    const { changes, lastInsertRowid } = prepared.run(bindings)
    const rowid = Number.isSafeInteger(lastInsertRowid) ? lastInsertRowid : this.#count('last_insert_rowid()')
    return { cols: [], rows: [], affected_row_count: changes, last_insert_rowid: String(rowid) }
  }

  #query(sql: string, prepared: Database.Statement, bindings: Bindings, wantRows: boolean): StatementResult {
    const writes = !onlyReads(sql)
    const before = writes ? this.#count('total_changes()') : 0n
    const rows = prepared.raw(true).all(bindings)
    const changed = writes && this.#count('total_changes()') !== before
    return {
      cols: prepared.columns().map(({ name, type }) => ({ name, decltype: type })),
      rows: wantRows ? rows.map(rowToWire) : [],
      affected_row_count: changed ? Number(this.#count('changes()')) : 0,
      last_insert_rowid: changed ? String(this.#count('last_insert_rowid()')) : null,
    }
  }

  #count(expression: 'changes()' | 'total_changes()' | 'last_insert_rowid()'): bigint {
    // Not get(): it stops after the first row, and leaves the statement in progress.
    const [row] = this.#db.prepare(`SELECT ${expression}`).safeIntegers(true).raw(true).all()
    const value: unknown = Array.isArray(row) ? row[0] : undefined
    if (typeof value !== 'bigint') throw new TypeError(`SQLite returned no integer for ${expression}`)
    return value
  }
}

function rowToWire(row: unknown): StatementResult['rows'][number] {
  if (!Array.isArray(row)) throw new TypeError('SQLite returned a row that is no list')
  return row.map(toWire)
}
