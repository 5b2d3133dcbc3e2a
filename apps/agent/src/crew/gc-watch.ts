import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'

/** Garbage collections that stopped this thread. */
export type GcPauses = { count: number; totalMs: number; longestMs: number }

/** Counts the garbage collections of this thread. */
export class GcWatch {
  readonly #pauses: GcPauses = { count: 0, totalMs: 0, longestMs: 0 }
  readonly #observer = new PerformanceObserver((list) => this.#add(list.getEntries()))

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] })
  }

  #add(entries: readonly PerformanceEntry[]): void {
    for (const { duration } of entries) {
      this.#pauses.count++
      this.#pauses.totalMs += duration
      this.#pauses.longestMs = Math.max(this.#pauses.longestMs, duration)
    }
  }

  /** Ends the watch. One in the present turn of the event loop is not yet known. */
  stop(): GcPauses {
    this.#add(this.#observer.takeRecords())
    this.#observer.disconnect()
    return this.#pauses
  }
}
