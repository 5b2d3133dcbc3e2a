import type { Random } from '../random.ts'
import { type ArrivalProcess, dueTimes } from './arrivals.ts'
import { DueTimer } from './due-timer.ts'
import type { LevelBound, LoadExecutor, LoadTarget } from './executor.ts'
import { InFlight } from './in-flight.ts'

/** Sends at scheduled times whatever the server does; a slot that finds the in-flight limit reached is dropped. */
export class OpenLoop implements LoadExecutor {
  readonly #arrivals: ArrivalProcess
  readonly #random: Random
  readonly #bound: LevelBound
  readonly #maxInFlight: number
  readonly #timer = new DueTimer()

  constructor(arrivals: ArrivalProcess, random: Random, bound: LevelBound, maxInFlight: number) {
    this.#arrivals = arrivals
    this.#random = random
    this.#bound = bound
    this.#maxInFlight = maxInFlight
  }

  get idlePollMs(): number {
    return this.#timer.idlePollMs
  }

  async run(target: LoadTarget, signal: AbortSignal): Promise<void> {
    const { requests, durationMs, graceMs } = this.#bound
    const start = performance.now()
    const inFlight = new InFlight()
    let index = 0
    for (const dueMs of dueTimes(this.#arrivals, this.#random)) {
      if (requests !== null && index >= requests) break
      if (durationMs !== null && dueMs >= durationMs) break
      const intendedAt = start + dueMs
      await this.#timer.until(intendedAt, signal)
      if (signal.aborted || inFlight.broken) break
      const slot = { index: index++, intendedAt }
      if (inFlight.count >= this.#maxInFlight) target.drop(slot)
      else inFlight.add(target.send(slot))
    }
    if (durationMs === null) return inFlight.finish(target, null, signal)
    const end = start + durationMs + graceMs
    await inFlight.finish(target, Math.max(0, end - performance.now()), signal)
  }
}
