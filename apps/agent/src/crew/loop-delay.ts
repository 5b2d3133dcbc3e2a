import { createHistogram } from 'node:perf_hooks'

const INTERVAL_MS = 10

/**
 * How late the event loop comes to what is due, seen by a timer that is due every 10 ms. While the loop is held up all that
 * would have been due is late as well, so a delay counts once for each interval it lasts: percentiles are shares of the
 * time, and a rare long stop is not lost among many punctual turns.
 */
export class LoopDelay {
  readonly #delays = createHistogram()
  readonly #timer: NodeJS.Timeout
  #last = performance.now()

  constructor() {
    this.#timer = setInterval(() => this.#tick(), INTERVAL_MS)
    this.#timer.unref()
  }

  #tick(): void {
    const now = performance.now()
    const delayMs = now - this.#last - INTERVAL_MS
    this.#last = now
    this.#record(delayMs)
    for (let late = delayMs - INTERVAL_MS; late > 0; late -= INTERVAL_MS) this.#record(late)
  }

  #record(delayMs: number): void {
    this.#delays.record(Math.max(1, Math.round(delayMs * 1e6)))
  }

  /** Ends the watch; null when it was too short to see anything. */
  stop(): { p99Ms: number; maxMs: number } | null {
    clearInterval(this.#timer)
    // The loop may have been held up until now: then the timer never came to say so.
    if (performance.now() - this.#last > INTERVAL_MS) this.#tick()
    if (this.#delays.count === 0) return null
    return { p99Ms: this.#delays.percentile(99) / 1e6, maxMs: this.#delays.max / 1e6 }
  }
}
