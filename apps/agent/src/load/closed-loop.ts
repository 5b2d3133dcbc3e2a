import type { LevelBound, LoadExecutor, LoadTarget } from './executor.ts'
import { InFlight } from './in-flight.ts'

/** Keeps a number of requests in flight: as one ends the next is sent. */
export class ClosedLoop implements LoadExecutor {
  readonly idlePollMs = 0
  readonly #concurrency: number
  readonly #bound: LevelBound

  constructor(concurrency: number, bound: LevelBound) {
    this.#concurrency = concurrency
    this.#bound = bound
  }

  async run(target: LoadTarget, signal: AbortSignal): Promise<void> {
    const { requests, durationMs, graceMs } = this.#bound
    const total = requests ?? Number.POSITIVE_INFINITY
    let next = 0
    let timeIsUp = false
    const inFlight = new InFlight()
    const keepSending = async (): Promise<void> => {
      while (next < total && !timeIsUp && !signal.aborted && !inFlight.broken) {
        await target.send({ index: next++, intendedAt: null })
      }
    }
    const startAll = () => {
      for (let i = 0; i < Math.min(this.#concurrency, total); i++) inFlight.add(keepSending())
    }
    if (durationMs === null) {
      startAll()
      return inFlight.finish(target, null, signal)
    }
    const timer = setTimeout(() => {
      timeIsUp = true
    }, durationMs)
    try {
      startAll()
      await inFlight.finish(target, durationMs + graceMs, signal)
    } finally {
      clearTimeout(timer)
    }
  }
}
