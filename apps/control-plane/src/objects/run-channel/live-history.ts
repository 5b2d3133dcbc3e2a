import type { ViewerMessage } from '@llm-loadtest/schema'

/** Most progress points kept; above it, every second one is dropped. */
const MAX_POINTS = 600
/** Most GPU samples kept, of all devices together: some 2 MB. */
const MAX_GPU_SAMPLES = 2400

/** A run's live history as its viewers get it on joining, in the object's own storage. */
export class LiveHistory {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec('create table if not exists progress (seq integer primary key, body text not null)')
    sql.exec('create table if not exists levels (level_index integer primary key, body text not null)')
    sql.exec('create table if not exists gpu_devices (id integer primary key, body text not null)')
    sql.exec('create table if not exists gpu (seq integer primary key, count integer, body text not null)')
  }

  /** Keeps what of a message belongs in the history. */
  add(seq: number, message: ViewerMessage): void {
    if (message.type === 'progress') {
      const { type, status, ...progress } = message
      this.#sql.exec('insert or ignore into progress values (?, ?)', seq, JSON.stringify(progress))
      const { count } = this.#sql.exec<{ count: number }>('select count(*) as count from progress').one()
      if (count > MAX_POINTS) this.#halve('progress')
    } else if (message.type === 'gpu') {
      this.#addGpu(seq, message)
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

  /** The GPUs and their samples so far, oldest first, as JSON: null when there are none. */
  gpuJson(): string {
    const [devices] = this.#sql.exec<{ body: string }>('select body from gpu_devices')
    if (!devices) return 'null'
    const rows = this.#sql.exec<{ body: string }>('select body from gpu where count > 0 order by seq')
    // Each body is an array of its own: joined without their brackets they are one.
    const samples = [...rows].map((row) => row.body.slice(1, -1)).join(',')
    return `{"devices":${devices.body},"samples":[${samples}]}`
  }

  #addGpu(seq: number, { devices, samples }: Extract<ViewerMessage, { type: 'gpu' }>): void {
    if (devices) this.#sql.exec('insert or replace into gpu_devices values (1, ?)', JSON.stringify(devices))
    this.#sql.exec('insert or ignore into gpu values (?, ?, ?)', seq, samples.length, JSON.stringify(samples))
    const { kept } = this.#sql.exec<{ kept: number }>('select sum(count) as kept from gpu').one()
    if (kept > MAX_GPU_SAMPLES) this.#halve('gpu')
  }

  /** Drops every second row of the older ones: the first, and the newest, stay. */
  #halve(table: 'progress' | 'gpu'): void {
    this.#sql.exec(`delete from ${table} where seq in (
      select seq from (select seq, row_number() over (order by seq) as number from ${table})
      where number % 2 = 0 and seq < (select max(seq) from ${table}))`)
  }
}
