/** One request the load wants sent. */
export type RequestSlot = {
  levelIndex: number
  /** Number of the request in its level, from 0, over all load workers. */
  index: number
  /** When the schedule wants it sent, on performance.now()'s clock, ms; null in a closed loop. */
  intendedAt: number | null
  /** One of the level's last requests, which are not measured. */
  coolDown: boolean
}

/** What a load must know of a request's end: whether there was a connection to send it on. */
export type Ending = 'reached' | 'unreachable'

/** Where an executor's requests go. */
export interface LoadTarget {
  /** Sends one request; resolves when it has ended, however it ended. Rejects only when the run cannot go on. */
  send(slot: RequestSlot): Promise<Ending>
  /** Records a slot that was missed and is never sent. */
  drop(slot: RequestSlot): void
  /** Ends every request in flight as cancelled. */
  cancelInFlight(): void
}

/** Decides when to send. */
export interface LoadExecutor {
  /**
   * Runs to the load's bound and resolves when no request is in flight any more. When the signal aborts, nothing
   * more is sent and what is in flight is cancelled.
   */
  run(target: LoadTarget, signal: AbortSignal): Promise<void>
  /** Time spent so far in polling the clock with nothing else to do, ms: busy to the system, idle in truth. */
  readonly idlePollMs: number
}

/** When a level ends: after so many requests over all workers, or after so long; what is null does not bound it. */
export type LevelBound = {
  requests: number | null
  durationMs: number | null
  /** How many of its last requests are not measured; 0 where `requests` is null. */
  coolDown: number
}

/** Whether a request is one of its level's last, which are not measured. */
export const isCoolDown = (index: number, { requests, coolDown }: LevelBound): boolean =>
  requests !== null && index >= requests - coolDown
