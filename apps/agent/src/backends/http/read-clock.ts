import { createHistogram, performance } from 'node:perf_hooks'

/** How long the reads of one turn of the event loop took: data that came meanwhile waited up to that long. */
export type ReadBacklog = { turns: number; p99Ms: number; maxMs: number }

/** Number of the event loop's turn; not a number where Node does not tell (before 20.18), which ends a turn with each read. */
function turnNumber(): number {
  return performance.nodeTiming.uvMetricsInfo?.loopCount ?? Number.NaN
}

/**
 * The arrival time of data: one clock read per turn of the event loop, at its first data. Everything the turn reads had
 * arrived by then, or came while the turn was busy; reading the clock per socket would add the turn's own work to the times.
 */
export class ReadClock {
  readonly #durations = createHistogram()
  #turn = Number.NaN
  #at = Number.NaN
  #lastReadAt = Number.NaN

  /** Arrival time of the data being read now, ms on performance.now()'s clock. */
  arrival(): number {
    const [turn, now] = [turnNumber(), performance.now()]
    if (turn !== this.#turn || Number.isNaN(this.#at)) {
      this.#endTurn()
      this.#turn = turn
      this.#at = now
    }
    this.#lastReadAt = now
    return this.#at
  }

  /** The backlog since the last call; null when nothing was read. */
  takeBacklog(): ReadBacklog | null {
    this.#endTurn()
    const { count, max } = this.#durations
    const backlog =
      count === 0 ? null : { turns: count, p99Ms: this.#durations.percentile(99) / 1e6, maxMs: max / 1e6 }
    this.#durations.reset()
    return backlog
  }

  #endTurn(): void {
    if (!Number.isNaN(this.#at))
      this.#durations.record(Math.max(1, Math.round((this.#lastReadAt - this.#at) * 1e6)))
    this.#at = Number.NaN
  }
}

/** The clock of this thread: it has one event loop. */
export const readClock = new ReadClock()
