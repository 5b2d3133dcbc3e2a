import { createHistogram } from 'node:perf_hooks'

/** How long the reads of one turn of the event loop took: data that came meanwhile waited up to that long. */
export type ReadBacklog = { turns: number; p99Ms: number; maxMs: number }

/**
 * The arrival time of data: one clock read per turn of the event loop, at its first data. Everything the turn reads had
 * arrived by then, or came while the turn was busy; reading the clock per socket would add the turn's own work to the times.
 */
export class ReadClock {
  readonly #durations = createHistogram()
  readonly #endTurn = () => {
    this.#durations.record(Math.max(1, Math.round((performance.now() - this.#at) * 1e6)))
    this.#at = Number.NaN
  }
  #at = Number.NaN

  /** Arrival time of the data being read now, ms on performance.now()'s clock. */
  arrival(): number {
    if (Number.isNaN(this.#at)) {
      this.#at = performance.now()
      // Immediates run when all sockets that were readable have been read.
      setImmediate(this.#endTurn)
    }
    return this.#at
  }

  /** The backlog since the last call; null when nothing was read. */
  takeBacklog(): ReadBacklog | null {
    const { count, max } = this.#durations
    const backlog =
      count === 0 ? null : { turns: count, p99Ms: this.#durations.percentile(99) / 1e6, maxMs: max / 1e6 }
    this.#durations.reset()
    return backlog
  }
}

/** The clock of this thread: it has one event loop. */
export const readClock = new ReadClock()
