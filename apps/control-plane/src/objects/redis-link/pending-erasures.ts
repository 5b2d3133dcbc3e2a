/** Keys that are to be deleted from Redis and may still be there; kept on disk, since a Redis may be away for long. */
export class PendingErasures {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec('CREATE TABLE IF NOT EXISTS pending_erasures (key TEXT PRIMARY KEY)')
  }

  has(key: string): boolean {
    return this.#sql.exec('SELECT 1 FROM pending_erasures WHERE key = ?', key).toArray().length > 0
  }

  all(): string[] {
    return this.#sql
      .exec<{ key: string }>('SELECT key FROM pending_erasures LIMIT 500')
      .toArray()
      .map((row) => row.key)
  }

  add(key: string): void {
    this.#sql.exec('INSERT OR IGNORE INTO pending_erasures VALUES (?)', key)
  }

  remove(keys: readonly string[]): void {
    for (const key of keys) this.#sql.exec('DELETE FROM pending_erasures WHERE key = ?', key)
  }
}
