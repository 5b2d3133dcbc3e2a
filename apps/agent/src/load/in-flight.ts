import type { StageContext } from './load-stage.ts'

/** The requests under way, and the wait for their end. */
export class InFlight {
  /** Called each time a request has ended. */
  onEnd: (() => void) | null = null
  #count = 0
  #failure: { error: unknown } | null = null
  readonly #broken = new AbortController()

  /** Requests under way. */
  get count(): number {
    return this.#count
  }

  /** Aborts when a request failed in a way that the run cannot survive. */
  get broken(): AbortSignal {
    return this.#broken.signal
  }

  /** Takes on a request that was just sent. */
  add(request: Promise<unknown>): void {
    this.#count++
    request.then(
      () => this.#ended(),
      (error: unknown) => {
        this.#failure ??= { error }
        this.#broken.abort()
        this.#ended()
      },
    )
  }

  /**
   * Waits until nothing is under way; throws the first failure. At the deadline (null: there is none), and when the
   * load is stopped, the rest is cancelled.
   */
  async finish(
    { target, clock, stop }: Omit<StageContext, 'inFlight'>,
    deadline: number | null,
  ): Promise<void> {
    const finished = new AbortController()
    const cancel = () => {
      if (this.#count > 0) target.cancelInFlight()
    }
    stop.addEventListener('abort', cancel, { once: true })
    if (stop.aborted) cancel()
    if (deadline !== null) void clock.until(deadline, finished.signal).then(cancel)
    while (this.#count > 0) {
      await new Promise<void>((resolve) => {
        this.onEnd = resolve
      })
    }
    this.onEnd = null
    finished.abort()
    stop.removeEventListener('abort', cancel)
    if (this.#failure) throw this.#failure.error
  }

  #ended(): void {
    this.#count--
    this.onEnd?.()
  }
}
