import type { ViewerMessage } from '@llm-loadtest/schema'

/** Most progress points kept; above it, every second one is dropped. */
const MAX_POINTS = 600

/** A run's live history as its viewers get it on joining, in the object's own storage. */
export class LiveHistory {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec('create table if not exists progress (seq integer primary key, body text not null)')
    sql.exec('create table if not exists levels (level_index integer primary key, body text not null)')
  }

  /** Keeps what of a message belongs in the history. */
  add(seq: number, message: ViewerMessage): void {
    if (message.type === 'progress') {
      const { type, status, ...progress } = message
      this.#sql.exec('insert or ignore into progress values (?, ?)', seq, JSON.stringify(progress))
      this.#thinOut()
    } else if (message.type === 'level_result') {
      const { result } = message
      this.#sql.exec('insert or replace into levels values (?, ?)', result.index, JSON.stringify(result))
    }
  }

  /** Progress so far, oldest first, as a JSON array. */
  progressJson(): string {
    const rows = this.#sql.exec<{ body: string }>('select body from progress order by seq')
    return `[${[...rows].map((row) => row.body).join(',')}]`
  }

  /** The results of the levels that ended, JSON by level index. */
  levels(): Map<number, string> {
    const rows = this.#sql.exec<{ level_index: number; body: string }>('select * from levels')
    return new Map([...rows].map((row) => [row.level_index, row.body]))
  }

  /** Halves the older points when there are too many: the first, and the newest, stay. */
  #thinOut(): void {
    const { count } = this.#sql.exec<{ count: number }>('select count(*) as count from progress').one()
    if (count <= MAX_POINTS) return
    this.#sql.exec(`delete from progress where seq in (
      select seq from (select seq, row_number() over (order by seq) as number from progress)
      where number % 2 = 0 and seq < (select max(seq) from progress))`)
  }
}
