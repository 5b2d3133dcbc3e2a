/** Times of a number of requests, ms on performance.now()'s clock, in memory that is taken up before it is used. */
export class Recording {
  readonly tokens: number
  readonly sentAt: Float64Array
  readonly #eventAt: Float64Array
  readonly #eventCount: Uint32Array

  constructor(requests: number, tokens: number) {
    this.tokens = tokens
    // Filling touches every page, so that recording does not show as memory of the client.
    this.sentAt = new Float64Array(requests).fill(Number.NaN)
    this.#eventAt = new Float64Array(requests * tokens).fill(Number.NaN)
    this.#eventCount = new Uint32Array(requests).fill(0)
  }

  /** Adds a content event of a request. Throws RangeError when the request has had all of its own. */
  event(request: number, at: number): void {
    const count = this.#eventCount[request] ?? this.tokens
    if (count >= this.tokens) throw new RangeError(`request ${request} got more than ${this.tokens} tokens`)
    this.#eventAt[request * this.tokens + count] = at
    this.#eventCount[request] = count + 1
  }

  /** The times of a request's content events so far. */
  events(request: number): Float64Array {
    const first = request * this.tokens
    return this.#eventAt.subarray(first, first + (this.#eventCount[request] ?? 0))
  }

  /** How many content events of all requests came at or after a time. */
  eventsSince(at: number): number {
    let count = 0
    for (const eventAt of this.#eventAt) if (eventAt >= at) count++
    return count
  }

  /** Forgets everything. */
  clear(): void {
    this.sentAt.fill(Number.NaN)
    this.#eventAt.fill(Number.NaN)
    this.#eventCount.fill(0)
  }
}
