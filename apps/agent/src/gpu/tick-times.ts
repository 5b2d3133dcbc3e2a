/**
 * When the next tick is due: a whole number of periods after the start, so that ticks never drift, the first of them
 * that is still to come, so that late ones are left out and never queued.
 * @param lastTick number of the tick that is over; a timer may have been early for it
 */
export function nextTick(
  startMs: number,
  periodMs: number,
  nowMs: number,
  lastTick: number,
): { tick: number; dueMs: number } {
  const tick = Math.max(lastTick + 1, Math.ceil((nowMs - startMs) / periodMs))
  return { tick, dueMs: startMs + tick * periodMs }
}
