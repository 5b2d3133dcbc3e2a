import { type DeviceTrace, NO_READINGS } from './gpu-trace.ts'

/** A span of a run, ms since its start. */
export type Span = { fromMs: number; toMs: number }

/** The parts of `whole` that are in none of `spans`. */
export function outside(whole: Span, spans: readonly Span[]): Span[] {
  const parts: Span[] = []
  let fromMs = whole.fromMs
  for (const span of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    if (span.fromMs > fromMs) parts.push({ fromMs, toMs: Math.min(span.fromMs, whole.toMs) })
    fromMs = Math.max(fromMs, span.toMs)
  }
  if (whole.toMs > fromMs) parts.push({ fromMs, toMs: whole.toMs })
  return parts.filter((part) => part.toMs > part.fromMs)
}

export const secondsIn = (spans: readonly Span[]): number =>
  spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) / 1000

/** The first index whose time is at or after `ms`; the length when there is none. */
export function indexAt(atMs: readonly number[], ms: number): number {
  let low = 0
  let high = atMs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((atMs[middle] ?? 0) < ms) low = middle + 1
    else high = middle
  }
  return low
}

/** The readings of the samples in some spans, ends included, without the missing ones. */
export function valuesIn(trace: DeviceTrace, values: readonly number[], spans: readonly Span[]): number[] {
  return spans.flatMap(({ fromMs, toMs }) => {
    const own: number[] = []
    for (let i = indexAt(trace.atMs, fromMs); (trace.atMs[i] ?? Number.POSITIVE_INFINITY) <= toMs; i++) {
      const value = values[i] ?? Number.NaN
      if (!Number.isNaN(value)) own.push(value)
    }
    return own
  })
}

/**
 * Tells the state in each part of a span, one after the other: a sample stands for the time to the next one, at most
 * `reachMs`, the first also for as long before it. Where none does, the state is NO_READINGS.
 */
export function visitStates(
  { atMs, states }: DeviceTrace,
  { fromMs, toMs }: Span,
  reachMs: number,
  visit: (state: number, ms: number) => void,
): void {
  let reached = fromMs
  const advance = (state: number, untilMs: number): void => {
    const until = Math.min(untilMs, toMs)
    if (until > reached) visit(state, until - reached)
    reached = Math.max(reached, until)
  }
  const first = atMs[0]
  if (first !== undefined) {
    advance(NO_READINGS, first - reachMs)
    advance((states[0] ?? 0) & NO_READINGS, first)
  }
  // From the sample before the span, which may still stand for its beginning.
  for (let i = Math.max(0, indexAt(atMs, fromMs) - 1); reached < toMs && i < atMs.length; i++) {
    const at = atMs[i] ?? 0
    const next = atMs[i + 1] ?? Number.POSITIVE_INFINITY
    advance(states[i] ?? NO_READINGS, Math.min(next, at + reachMs))
    if (next !== Number.POSITIVE_INFINITY) advance(NO_READINGS, next)
  }
  advance(NO_READINGS, toMs)
}
