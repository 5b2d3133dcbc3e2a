import { DueTimer } from './due-timer.ts'
import type { LoadExecutor, LoadTarget } from './executor.ts'
import { InFlight } from './in-flight.ts'
import type { LoadClock, LoadStage } from './load-stage.ts'

export type StagedLoadOptions = {
  /** How long requests in flight may go on after the last stage, ms; null when they are waited for. */
  graceMs: number | null
  /** When the first stage begins, on performance.now()'s clock, ms; now when it is not given. */
  startAt?: number | undefined
}

/** Runs stages one after another without a pause: what is in flight goes over from a stage to the next. */
export class StagedLoad implements LoadExecutor {
  readonly #stages: readonly LoadStage[]
  readonly #options: StagedLoadOptions
  readonly #clock: LoadClock

  constructor(stages: readonly LoadStage[], options: StagedLoadOptions, clock: LoadClock = new DueTimer()) {
    this.#clock = clock
    this.#stages = stages
    this.#options = options
  }

  get idlePollMs(): number {
    return this.#clock.idlePollMs
  }

  async run(target: LoadTarget, signal: AbortSignal): Promise<void> {
    const { graceMs, startAt = this.#clock.now() } = this.#options
    const inFlight = new InFlight()
    const stop = AbortSignal.any([signal, inFlight.broken])
    const context = { target, inFlight, clock: this.#clock, stop }
    let at = startAt
    for (const stage of this.#stages) {
      await stage.send(context, at)
      if (stop.aborted) break
      at += stage.durationMs ?? 0
    }
    await inFlight.finish(context, graceMs === null ? null : at + graceMs)
  }
}
