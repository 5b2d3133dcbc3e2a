import type { RequestRecord } from '../request-record.ts'

/**
 * Walks the gaps between a request's successive content events. An event that carried no whole token (a UTF-8 character
 * cut in two) lends its time to the next one. It moves from gap to gap instead of giving out an object for each: a level
 * may have millions.
 */
export class ChunkGaps {
  /** Length of the gap, ms: an ICL sample. */
  ms = Number.NaN
  /** Tokens that the event at its end carried: so many ITL samples of ms / tokens. */
  tokens = 0
  readonly #times: readonly number[]
  readonly #counts: readonly number[]
  #index = 0
  #previous: number

  constructor({ event_ms, event_tokens }: Pick<RequestRecord, 'event_ms' | 'event_tokens'>) {
    this.#times = event_ms
    this.#counts = event_tokens
    this.#previous = event_ms[0] ?? Number.NaN
  }

  /** Moves to the next gap. @returns whether there is one */
  next(): boolean {
    while (++this.#index < this.#times.length) {
      const tokens = this.#counts[this.#index] ?? 0
      if (tokens === 0) continue
      const at = this.#times[this.#index] ?? Number.NaN
      this.ms = at - this.#previous
      this.tokens = tokens
      this.#previous = at
      return true
    }
    return false
  }
}
