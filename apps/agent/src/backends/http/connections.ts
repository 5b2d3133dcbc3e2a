import { Connection, type ConnectionTarget } from './connection.ts'
import { HeadReader } from './response-head.ts'
import type { TargetUrl } from './target-url.ts'

const OPENING_AT_ONCE = 128

/** The connections of a run: the one used last is handed out first, so that few stay warm when few are needed. */
export class Connections {
  readonly #target: ConnectionTarget
  readonly #free: Connection[] = []
  readonly #all = new Set<Connection>()

  /** @param timeoutMs longest time to open a connection */
  constructor(url: TargetUrl, timeoutMs: number) {
    this.#target = { url, address: { ip: null }, timeoutMs, heads: new HeadReader() }
  }

  /** A connection for one request. */
  take(): Connection {
    for (let connection = this.#free.pop(); connection; connection = this.#free.pop()) {
      if (connection.ready) return connection
      this.discard(connection)
    }
    return this.#create()
  }

  /** Gives a connection back for the next request. */
  release(connection: Connection): void {
    if (this.#all.has(connection)) this.#free.push(connection)
  }

  /** Closes a connection that must not be used again. */
  discard(connection: Connection): void {
    this.#all.delete(connection)
    connection.destroy()
  }

  /** Opens connections until there are `count`, the first alone so that the name is resolved once. */
  async warm(count: number): Promise<void> {
    while (this.#all.size < count) {
      const known = this.#target.address.ip !== null
      const missing = known ? Math.min(OPENING_AT_ONCE, count - this.#all.size) : 1
      const batch = Array.from({ length: missing }, () => this.#create())
      await Promise.all(batch.map((connection) => connection.warm()))
      this.#free.push(...batch)
      if (this.#target.address.ip === null) return
    }
  }

  close(): void {
    for (const connection of this.#all) connection.destroy()
    this.#all.clear()
    this.#free.length = 0
  }

  #create(): Connection {
    const connection = new Connection(this.#target)
    this.#all.add(connection)
    return connection
  }
}
