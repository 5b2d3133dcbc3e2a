import { HranaError, isBusy } from './hrana-error.ts'

/** How often the first in the queue looks again, in case the lock's holder is another process. */
const POLL_MS = 25

interface Waiter {
  wake: () => void
}

/**
 * Lets statements wait for SQLite's write lock in the order they came. SQLite's own wait would block the event
 * loop, and with it the very stream that has to release the lock.
 */
export class LockQueue {
  readonly #busyMs: number
  readonly #waiting: Waiter[] = []
  #closed = false

  /** @param busyMs the longest wait for the lock, in milliseconds */
  constructor(busyMs: number) {
    this.#busyMs = busyMs
  }

  /** Runs `attempt`, again and again while it meets a lock; after `busyMs` its SQLITE_BUSY is the outcome. */
  async run<T>(attempt: () => T): Promise<T> {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error)) throw error
    }
    return this.#waitAndRun(attempt)
  }

  /** Tells the queue that the lock may be free. */
  released(): void {
    this.#waiting[0]?.wake()
  }

  /** Fails all who wait, and all who come later. */
  close(): void {
    this.#closed = true
    for (const waiter of [...this.#waiting]) waiter.wake()
  }

  async #waitAndRun<T>(attempt: () => T): Promise<T> {
    const deadline = performance.now() + this.#busyMs
    const waiter: Waiter = { wake: () => undefined }
    this.#waiting.push(waiter)
    try {
      for (;;) {
        await pause(waiter)
        if (this.#closed) throw new HranaError('SERVER_CLOSED', 'The database server is closing')
        const late = performance.now() >= deadline
        if (this.#waiting[0] !== waiter && !late) continue
        try {
          return attempt()
        } catch (error) {
          if (!isBusy(error) || late) throw error
        }
      }
    } finally {
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
    }
  }
}

function pause(waiter: Waiter): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, POLL_MS)
    waiter.wake = () => {
      clearTimeout(timer)
      resolve()
    }
  })
}
