const TRIES = 1000

/** The machine's monotonic clock, ms: the same in every thread and process. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6

/**
 * performance.now() of this thread minus monotonicMs(). Each thread has a time origin of its own; both clocks go by the
 * same source, so the difference stays as it is. The narrowest of many readings is off by less than a microsecond.
 */
export function clockOffsetMs(): number {
  let best = { width: Number.POSITIVE_INFINITY, offset: 0 }
  for (let i = 0; i < TRIES; i++) {
    const before = performance.now()
    const monotonic = monotonicMs()
    const after = performance.now()
    if (after - before < best.width) {
      best = { width: after - before, offset: (before + after) / 2 - monotonic }
    }
  }
  return best.offset
}
