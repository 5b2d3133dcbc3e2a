import { HranaError } from './hrana-error.ts'
import type { LockQueue } from './lock-queue.ts'
import { Stream } from './stream.ts'

const KEPT_IDLE = 8

export interface StreamPoolOptions {
  path: string
  /** How many streams may be open at once; each holds up to three file descriptors. */
  maxStreams: number
  /** How long a newcomer waits for a free stream, in milliseconds. */
  waitMs: number
  locks: LockQueue
}

/** Hands out streams, keeps a few connections for reuse, and bounds how many there are. */
export class StreamPool {
  readonly #options: StreamPoolOptions
  readonly #idle: Stream[] = []
  readonly #waiting: (() => void)[] = []
  #inUse = 0

  constructor(options: StreamPoolOptions) {
    this.#options = options
  }

  /** A stream for the caller alone, until it is released. */
  async acquire(): Promise<Stream> {
    if (this.#inUse < this.#options.maxStreams) this.#inUse += 1
    else await this.#turn()
    try {
      return this.#idle.pop() ?? (await this.#options.locks.run(() => new Stream(this.#options.path)))
    } catch (error) {
      this.#leave()
      throw error
    }
  }

  /** Takes a stream back: rolls back what it left open, and closes it when it is not as good as new. */
  release(stream: Stream): void {
    if (this.#idle.length < KEPT_IDLE && isReusable(stream)) this.#idle.push(stream)
    else stream.close()
    this.#leave()
    this.#options.locks.released()
  }

  /** Closes the idle connections, and moves the write-ahead log into the database file. */
  close(): void {
    const idle = this.#idle.splice(0)
    try {
      idle[0]?.checkpoint()
    } finally {
      for (const stream of idle) stream.close()
    }
  }

  /** Passes the place on to who waited longest, or frees it. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#inUse -= 1
    else next()
  }

  #turn(): Promise<void> {
    const { maxStreams, waitMs } = this.#options
    return new Promise((resolve, reject) => {
      const enter = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1)
        reject(new HranaError('TOO_MANY_STREAMS', `All ${maxStreams} database streams are in use; try again`))
      }, waitMs)
      this.#waiting.push(enter)
    })
  }
}

function isReusable(stream: Stream): boolean {
  try {
    return stream.reset()
  } catch {
    // A connection that cannot roll back does so by being closed.
    return false
  }
}
