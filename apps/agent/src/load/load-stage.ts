import type { LoadTarget } from './executor.ts'
import type { InFlight } from './in-flight.ts'

/** The time the load goes by. */
export interface LoadClock {
  /** Now, on performance.now()'s clock, ms. */
  now(): number
  /** Resolves once `due` is reached, or when the signal aborts. */
  until(due: number, signal: AbortSignal): Promise<void>
  /** Resolves after so long, perhaps a few milliseconds late, or when the signal aborts. It never polls. */
  rest(ms: number, signal: AbortSignal): Promise<void>
  /** Calls back when what has arrived has been read. */
  nextTurn(callback: () => void): void
  /** Time spent so far in polling with nothing else to do, ms. */
  readonly idlePollMs: number
}

/** What the stages of one load have in common: what is in flight goes over from one to the next. */
export type StageContext = {
  target: LoadTarget
  inFlight: InFlight
  clock: LoadClock
  /** Aborts when the run is cancelled, and when it cannot go on. */
  stop: AbortSignal
}

/** The sending of one level. */
export interface LoadStage {
  /** Length of the stage; null when it is bounded by a number of requests. */
  readonly durationMs: number | null
  /**
   * Sends what the level wants sent and resolves when there is no more, or it is stopped; its requests may still be
   * in flight then.
   * @param start when the level begins, on performance.now()'s clock, ms
   */
  send(context: StageContext, start: number): Promise<void>
}
