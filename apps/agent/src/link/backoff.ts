const FIRST_MS = 500
const MOST_MS = 30_000

/** Waits between attempts to connect: doubling, with jitter so that agents do not come back all at once. */
export class Backoff {
  readonly #random: () => number
  #attempt = 0

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  /** The next wait, ms: between half and the whole of a doubling limit. */
  nextMs(): number {
    const limit = Math.min(MOST_MS, FIRST_MS * 2 ** this.#attempt++)
    return limit * (0.5 + this.#random() / 2)
  }

  /** A connection worked: the next failure starts over. */
  reset(): void {
    this.#attempt = 0
  }
}
