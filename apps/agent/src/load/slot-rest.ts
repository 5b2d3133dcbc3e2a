import type { Ending } from './executor.ts'
import type { LoadClock } from './load-stage.ts'

const FIRST_MS = 50
const MOST_MS = 1000

/**
 * Lets a closed loop's slot rest when its request found no connection: one that fails at once would be followed by the
 * next at once, a hundred thousand in a few seconds. A slot's rests double from 50 ms to 1 s until it gets through.
 */
export class SlotRest {
  readonly #clock: LoadClock
  readonly #over: AbortSignal
  /** Failures in a row of the slots that rested and are free now. */
  readonly #failing: number[] = []

  /** @param over aborts when no slot has use for a next request: none rests longer */
  constructor(clock: LoadClock, over: AbortSignal) {
    this.#clock = clock
    this.#over = over
  }

  /** A free slot sends. Resolves when the slot is free again. */
  async after(send: () => Promise<Ending>): Promise<void> {
    const failed = this.#failing.pop() ?? 0
    if ((await send()) === 'reached') return
    await this.#clock.rest(Math.min(MOST_MS, FIRST_MS * 2 ** failed), this.#over)
    this.#failing.push(failed + 1)
  }
}
