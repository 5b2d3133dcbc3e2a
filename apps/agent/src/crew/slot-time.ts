/** How much of their time requests spend waiting for the load generator itself: for the prompt they are to send. */
export class SlotTime {
  readonly #now: () => number
  #at: number
  #open = 0
  #waiting = 0
  #openMs = 0
  #waitedMs = 0

  /** @param now a clock, ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#at = now()
  }

  /** A request's slot has come. */
  begun(): void {
    this.#advance()
    this.#open++
  }

  /** A request has ended. */
  ended(): void {
    this.#advance()
    this.#open--
  }

  /** Waits for the work in the name of a request; once it is settled the request waits no more. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#advance()
    this.#waiting++
    try {
      return await work
    } finally {
      this.#advance()
      this.#waiting--
    }
  }

  /** Share of the requests' time since the last call that they waited, %; null when there was none. */
  takeWaitPercent(): number | null {
    this.#advance()
    const percent = this.#openMs > 0 ? (this.#waitedMs / this.#openMs) * 100 : null
    this.#openMs = 0
    this.#waitedMs = 0
    return percent
  }

  #advance(): void {
    const now = this.#now()
    this.#openMs += this.#open * (now - this.#at)
    this.#waitedMs += this.#waiting * (now - this.#at)
    this.#at = now
  }
}
