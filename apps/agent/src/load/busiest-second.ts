/**
 * Most requests of a trace that come within one second of its replay.
 * @param timestampsMs ascending, ms @param speed seconds of the trace that pass in one
 */
export function busiestSecond(timestampsMs: ArrayLike<number>, speed: number): number {
  const spanMs = 1000 * speed
  let most = 0
  for (let first = 0, last = 0; last < timestampsMs.length; last++) {
    while ((timestampsMs[last] ?? 0) - (timestampsMs[first] ?? 0) >= spanMs) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}
