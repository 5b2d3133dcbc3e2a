import type { LoadClock } from './load-stage.ts'

/** A timer fires up to a millisecond late and its thread wakes later still, so it is set early and then the clock polled. */
const EARLY_MS = 2
/** Longest delay a timer takes; over it, 24.8 days, it fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1
/** A turn of the event loop shorter than this had nothing in it but the poll. */
const IDLE_TURN_MS = 0.05
/** Slots that are overdue are sent in a burst, but responses must be read in between. */
const MAX_BURST = 64

/** Waits for absolute times with an error well below a millisecond on an idle event loop. */
export class DueTimer implements LoadClock {
  idlePollMs = 0
  #burst = 0

  now(): number {
    return performance.now()
  }

  nextTurn(callback: () => void): void {
    setImmediate(callback)
  }

  rest(ms: number, signal: AbortSignal): Promise<void> {
    return sleep(ms, signal)
  }

  async until(due: number, signal: AbortSignal): Promise<void> {
    let early = due - performance.now()
    if (early <= 0) return this.#overdue()
    this.#burst = 0
    while (early > EARLY_MS + 1 && !signal.aborted) {
      await sleep(Math.min(early - EARLY_MS, MAX_TIMER_MS), signal)
      early = due - performance.now()
    }
    if (!signal.aborted) await this.#poll(due, signal)
  }

  /** Resolves at once, but lets the event loop turn now and then. */
  #overdue(): Promise<void> {
    if (++this.#burst < MAX_BURST) return Promise.resolve()
    this.#burst = 0
    return new Promise((resolve) => setImmediate(resolve))
  }

  #poll(due: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      let before = performance.now()
      const look = () => {
        const now = performance.now()
        if (now - before < IDLE_TURN_MS) this.idlePollMs += now - before
        before = now
        if (now >= due || signal.aborted) resolve()
        else setImmediate(look)
      }
      if (before >= due) resolve()
      else setImmediate(look)
    })
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, Math.floor(ms))
    signal.addEventListener('abort', wake, { once: true })
    if (signal.aborted) wake()
  })
}
