import { isCoolDown, type LevelBound } from './executor.ts'
import type { LoadStage, StageContext } from './load-stage.ts'
import { type Share, shareOf } from './share.ts'
import { SlotRest } from './slot-rest.ts'

export type ClosedLoopOptions = {
  levelIndex: number
  /** Requests in flight over all workers. */
  concurrency: number
  bound: LevelBound
  share: Share
}

/** Sending takes longer than reading: after so many requests the event loop reads again. */
const SENDS_A_TURN = 16

/** Keeps a number of requests in flight: as one ends the next is sent. */
export class ClosedLoop implements LoadStage {
  readonly durationMs: number | null
  readonly #options: ClosedLoopOptions

  constructor(options: ClosedLoopOptions) {
    this.durationMs = options.bound.durationMs
    this.#options = options
  }

  async send(context: StageContext, start: number): Promise<void> {
    const { inFlight, clock, stop } = context
    await clock.until(start, stop)
    const { durationMs } = this
    const end = durationMs === null ? Number.POSITIVE_INFINITY : start + durationMs
    const allSent = new AbortController()
    const over = AbortSignal.any([stop, allSent.signal])
    const rest = new SlotRest(clock, over)
    const fillSoon = this.#filler(context, end, rest, () => allSent.abort())
    inFlight.onEnd = fillSoon
    fillSoon()
    await (durationMs === null ? aborted(over) : clock.until(end, over))
    inFlight.onEnd = null
    allSent.abort()
  }

  /**
   * Makes what fills up the requests in flight to the worker's part of the concurrency, until its last one is sent. It
   * does so between the turns of the event loop, a few at a time: what has arrived is read first.
   */
  #filler(
    { target, inFlight, clock, stop }: StageContext,
    end: number,
    rest: SlotRest,
    onAllSent: () => void,
  ): () => void {
    const { levelIndex, concurrency, bound, share } = this.#options
    const most = shareOf(concurrency, share)
    const total = most === 0 ? 0 : shareOf(bound.requests ?? Number.POSITIVE_INFINITY, share)
    let sent = 0
    let scheduled = false
    const fill = () => {
      scheduled = false
      for (let left = SENDS_A_TURN; inFlight.count < most && sent < total && !stop.aborted; left--) {
        if (clock.now() >= end) return
        if (left === 0) {
          fillSoon()
          return
        }
        const index = share.index + share.of * sent++
        const coolDown = isCoolDown(index, bound)
        inFlight.add(rest.after(() => target.send({ levelIndex, index, intendedAt: null, coolDown })))
      }
      if (sent >= total) onAllSent()
    }
    const fillSoon = () => {
      if (scheduled) return
      scheduled = true
      clock.nextTurn(fill)
    }
    return fillSoon
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
