import type { LoadTarget } from './executor.ts'

/** The requests under way, and the wait for their end. */
export class InFlight {
  #count = 0
  #failure: { error: unknown } | null = null
  #onChange: (() => void) | null = null

  /** Requests under way. */
  get count(): number {
    return this.#count
  }

  /** Takes on a request that was just sent. */
  add(request: Promise<void>): void {
    this.#count++
    request.then(
      () => this.#ended(),
      (error: unknown) => {
        this.#failure ??= { error }
        this.#ended()
      },
    )
  }

  /** Whether a request failed in a way that the run cannot survive. */
  get broken(): boolean {
    return this.#failure !== null
  }

  /**
   * Waits until nothing is under way; throws the first failure. After graceMs (null: no limit), when the signal
   * aborts or after a failure, the rest is cancelled.
   */
  async finish(target: LoadTarget, graceMs: number | null, signal: AbortSignal): Promise<void> {
    const cancel = () => target.cancelInFlight()
    const timer = graceMs === null ? undefined : setTimeout(cancel, graceMs)
    signal.addEventListener('abort', cancel, { once: true })
    if (signal.aborted) cancel()
    try {
      while (this.#count > 0) {
        if (this.broken) cancel()
        await new Promise<void>((resolve) => {
          this.#onChange = resolve
        })
      }
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
    }
    if (this.#failure) throw this.#failure.error
  }

  #ended(): void {
    this.#count--
    this.#onChange?.()
    this.#onChange = null
  }
}
