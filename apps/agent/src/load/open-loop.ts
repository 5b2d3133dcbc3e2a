import { isCoolDown, type LevelBound } from './executor.ts'
import type { LoadStage, StageContext } from './load-stage.ts'
import { type Share, shareOf } from './share.ts'

export type OpenLoopOptions = {
  levelIndex: number
  /** The due times of all workers' requests, ms from the level's start, in ascending order: every worker walks them all. */
  dueTimesMs: Iterable<number>
  /** Most requests in flight over all workers. */
  maxInFlight: number
  bound: LevelBound
  share: Share
}

/** Sends at scheduled times whatever the server does; a slot that finds the in-flight limit reached is dropped. */
export class OpenLoop implements LoadStage {
  readonly durationMs: number | null
  readonly #options: OpenLoopOptions

  constructor(options: OpenLoopOptions) {
    this.durationMs = options.bound.durationMs
    this.#options = options
  }

  async send({ target, inFlight, clock, stop }: StageContext, start: number): Promise<void> {
    const { levelIndex, dueTimesMs, maxInFlight, bound, share } = this.#options
    const most = shareOf(maxInFlight, share)
    const requests = bound.requests ?? Number.POSITIVE_INFINITY
    const duration = this.durationMs ?? Number.POSITIVE_INFINITY
    let next = 0
    for (const dueMs of dueTimesMs) {
      const index = next++
      if (index >= requests || dueMs >= duration) break
      if (index % share.of !== share.index) continue
      const intendedAt = start + dueMs
      await clock.until(intendedAt, stop)
      if (stop.aborted) break
      const slot = { levelIndex, index, intendedAt, coolDown: isCoolDown(index, bound) }
      if (inFlight.count >= most) target.drop(slot)
      else inFlight.add(target.send(slot))
    }
  }
}
