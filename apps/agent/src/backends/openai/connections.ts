import { Connection, type ResolvedAddress } from './connection.ts'
import type { TargetUrl } from './target-url.ts'

const OPENING_AT_ONCE = 128

/**
 * The connections of a run: the one used last is handed out first, so that few stay warm when few are needed. A list
 * of our own over undici's clients, as its Pool walks all clients for each request and does not tell which one,
 * or how long a connect took.
 */
export class Connections {
  readonly #url: TargetUrl
  readonly #address: ResolvedAddress = { ip: null }
  readonly #free: Connection[] = []
  readonly #all = new Set<Connection>()

  constructor(url: TargetUrl) {
    this.#url = url
  }

  /** A connection for one request. */
  take(): Connection {
    return this.#free.pop() ?? this.#create()
  }

  /** Gives a connection back for the next request. */
  release(connection: Connection): void {
    if (this.#all.has(connection)) this.#free.push(connection)
  }

  /** Closes a connection that must not be used again. */
  async discard(connection: Connection): Promise<void> {
    this.#all.delete(connection)
    await connection.destroy()
  }

  /** Opens connections until there are `count`, the first alone so that the name is resolved once. */
  async warm(count: number): Promise<void> {
    while (this.#all.size < count) {
      const known = this.#address.ip !== null
      const batch = Array.from(
        { length: known ? Math.min(OPENING_AT_ONCE, count - this.#all.size) : 1 },
        () => this.#create(),
      )
      await Promise.all(batch.map((connection) => connection.warm()))
      this.#free.push(...batch)
      if (this.#address.ip === null) return
    }
  }

  async close(): Promise<void> {
    const all = [...this.#all]
    this.#all.clear()
    this.#free.length = 0
    await Promise.all(all.map((connection) => connection.destroy()))
  }

  #create(): Connection {
    const connection = new Connection(this.#url, this.#address)
    this.#all.add(connection)
    return connection
  }
}
