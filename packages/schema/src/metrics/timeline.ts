import type { TimelinePoint } from '../level-result.ts'
import type { RequestRecord } from '../request-record.ts'
import { distribution } from './distribution.ts'
import { begunMs, tpotMs, ttftMs } from './request-metrics.ts'

/** Bins are 1 s wide, wider on a long level so that there are never more than this many. */
export const MAX_TIMELINE_POINTS = 600

type Bin = { tokens: number; ttft: number[]; tpot: number[]; started: number; ended: number; errors: number }

const emptyBin = (): Bin => ({ tokens: 0, ttft: [], tpot: [], started: 0, ended: 0, errors: 0 })

/** Adds one request to the bins its events fall in; tokens count for ok requests, as in the throughput. */
function addRequest(request: RequestRecord, binAt: (ms: number) => Bin): void {
  const { stream_end_ms: end } = request
  const begun = begunMs(request)
  if (begun === null) return
  binAt(begun).started++
  if (end !== null) {
    const bin = binAt(end)
    bin.ended++
    if (request.outcome !== 'ok') bin.errors++
  }
  if (request.outcome !== 'ok') return
  if (request.event_ms.length === 0) {
    if (request.last_token_ms !== null) binAt(request.last_token_ms).tokens += request.output_tokens ?? 0
    return
  }
  // A plain loop: a callback for each of millions of events would leave garbage of several times their size.
  const { event_ms: times, event_tokens: counts } = request
  for (let i = 0; i < times.length; i++) binAt(begun + (times[i] ?? 0)).tokens += counts[i] ?? 0
  const ttft = ttftMs(request)
  if (ttft !== null && request.first_token_ms !== null) binAt(request.first_token_ms).ttft.push(ttft)
  const tpot = tpotMs(request)
  if (tpot !== null && request.last_token_ms !== null) binAt(request.last_token_ms).tpot.push(tpot)
}

/**
 * A level's course over time, in bins of a second or more.
 * @param window the level's, ms since the run's start
 */
export function timeline(
  requests: readonly RequestRecord[],
  window: { startMs: number; endMs: number },
): TimelinePoint[] {
  const length = window.endMs - window.startMs
  const width = 1000 * Math.max(1, Math.ceil(length / 1000 / MAX_TIMELINE_POINTS))
  const bins = Array.from({ length: Math.max(1, Math.ceil(length / width)) }, emptyBin)
  const last = bins.length - 1
  const binAt = (ms: number): Bin =>
    bins[Math.min(last, Math.max(0, Math.floor((ms - window.startMs) / width)))] ?? emptyBin()
  for (const request of requests) addRequest(request, binAt)

  let running = 0
  return bins.map((bin, i) => {
    const startMs = window.startMs + i * width
    const endMs = Math.min(startMs + width, window.endMs)
    const ttft = distribution(bin.ttft)
    running += bin.started - bin.ended
    return {
      at_ms: endMs,
      throughput_tokens_per_sec: endMs > startMs ? bin.tokens / ((endMs - startMs) / 1000) : 0,
      ttft_p50_ms: ttft?.p50 ?? null,
      ttft_p99_ms: ttft?.p99 ?? null,
      tpot_mean_ms: distribution(bin.tpot)?.mean ?? null,
      running,
      completed: bin.ended,
      errors: bin.errors,
    }
  })
}
