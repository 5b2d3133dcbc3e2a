import type { Engine, Sequence, SequenceSpec } from './engine.ts'

/** The time the engine runs on; tests pass their own. */
export type Clock = {
  /** Monotonic time, ms. */
  now(): number
  /** Calls back once after `delayMs`; returns how to call it off. */
  after(delayMs: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Called for every token a sequence gains, in the step that gave it. */
export type TokenListener = (sequence: Sequence) => void

// setTimeout knows whole milliseconds only: rounding the wait, and taking a step up to half of one early, keeps the error even.
const EARLY_MS = 0.5
// A process that was held up longer than this starts afresh instead of sending the missed steps in a burst.
const RESYNC_MS = 50

/** Runs an engine in real time with one timer. Each step starts when the one before was due, so lateness does not add up. */
export class EngineDriver {
  readonly #engine: Engine
  readonly #clock: Clock
  readonly #listeners = new Map<Sequence, TokenListener>()
  #dueMs = 0
  #stopTimer: (() => void) | null = null
  #closed = false

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine
    this.#clock = clock
  }

  /** Queues a sequence; `onToken` hears of each of its tokens until it finishes or is cancelled. */
  submit(spec: SequenceSpec, onToken: TokenListener): Sequence {
    if (this.#closed) throw new Error('the engine is closed')
    const sequence = this.#engine.submit(spec)
    this.#listeners.set(sequence, onToken)
    if (!this.#engine.stepping) this.#startStep(this.#clock.now())
    return sequence
  }

  /** Takes a sequence out; its listener hears nothing more. */
  cancel(sequence: Sequence): void {
    this.#engine.cancel(sequence)
    this.#listeners.delete(sequence)
  }

  /** Stops the timer for good. */
  close(): void {
    this.#closed = true
    this.#stopTimer?.()
    this.#stopTimer = null
    this.#listeners.clear()
  }

  #startStep(startMs: number): void {
    const dueMs = this.#engine.startStep(startMs)
    if (dueMs === null) return
    this.#dueMs = dueMs
    this.#arm()
  }

  #arm(): void {
    const delayMs = Math.max(0, Math.round(this.#dueMs - this.#clock.now()))
    this.#stopTimer = this.#clock.after(delayMs, () => this.#tick())
  }

  #tick(): void {
    const now = this.#clock.now()
    if (now < this.#dueMs - EARLY_MS) {
      this.#arm()
      return
    }
    const nextStartMs = now - this.#dueMs > RESYNC_MS ? now : this.#dueMs
    for (const sequence of this.#engine.completeStep()) {
      const listener = this.#listeners.get(sequence)
      if (sequence.state === 'finished') this.#listeners.delete(sequence)
      listener?.(sequence)
    }
    if (!this.#closed) this.#startStep(nextStartMs)
  }
}
