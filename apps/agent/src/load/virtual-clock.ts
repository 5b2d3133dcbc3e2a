import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Ending, LoadTarget, RequestSlot } from './executor.ts'
import type { LoadClock } from './load-stage.ts'

/** A clock for tests: its time stands still until everything that can happen has, and then jumps to the next due time. */
export class VirtualClock implements LoadClock {
  readonly idlePollMs = 0
  #now = 0
  #waiting: { due: number; resolve: () => void }[] = []

  now(): number {
    return this.#now
  }

  until(due: number, signal: AbortSignal): Promise<void> {
    if (due <= this.#now || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.push({ due, resolve })
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  rest(ms: number, signal: AbortSignal): Promise<void> {
    return this.until(this.#now + ms, signal)
  }

  nextTurn(callback: () => void): void {
    queueMicrotask(callback)
  }

  /** Lets time pass until the work is done. */
  async runUntil(work: Promise<void>): Promise<void> {
    let done = false
    const end = work.finally(() => {
      done = true
    })
    // The failure is thrown below; this keeps it from counting as unhandled until then.
    end.catch(() => undefined)
    await nextTurn()
    while (!done) {
      this.#waiting.sort((a, b) => a.due - b.due)
      const next = this.#waiting.shift()
      if (!next) throw new Error('nothing is left to wait for, and the work is not done')
      this.#now = Math.max(this.#now, next.due)
      next.resolve()
      await nextTurn()
    }
    await end
  }
}

/** A far end on a virtual clock: each request lasts as long as `lasts` says, or until it is cancelled. */
export class VirtualTarget implements LoadTarget {
  readonly sent: (RequestSlot & { at: number })[] = []
  readonly dropped: RequestSlot[] = []
  cancelled = 0
  mostInFlight = 0
  /** Requests sent before find no connection. */
  unreachableUntil = Number.NEGATIVE_INFINITY
  #inFlight = 0
  readonly #clock: VirtualClock
  readonly #lasts: (slot: RequestSlot) => number
  #cancel = new AbortController()

  constructor(clock: VirtualClock, lasts: (slot: RequestSlot) => number) {
    this.#clock = clock
    this.#lasts = lasts
  }

  async send(slot: RequestSlot): Promise<Ending> {
    const at = this.#clock.now()
    this.sent.push({ ...slot, at })
    this.mostInFlight = Math.max(this.mostInFlight, ++this.#inFlight)
    const { signal } = this.#cancel
    await this.#clock.until(at + this.#lasts(slot), signal)
    this.#inFlight--
    return this.unreachableUntil > at ? 'unreachable' : 'reached'
  }

  drop(slot: RequestSlot): void {
    this.dropped.push(slot)
  }

  cancelInFlight(): void {
    this.cancelled += this.#inFlight
    this.#cancel.abort()
    this.#cancel = new AbortController()
  }
}
