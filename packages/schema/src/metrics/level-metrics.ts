import type { LevelResult } from '../level-result.ts'
import type { LoadLevel } from '../load-profile.ts'
import type { RequestRecord } from '../request-record.ts'
import type { RunDefinition } from '../run-definition.ts'
import type { LevelEvidence } from '../validity.ts'
import { distribution } from './distribution.ts'
import { gapDistributions } from './gap-distributions.ts'
import { goodput } from './goodput.ts'
import {
  agentLagMs,
  begunMs,
  e2eMs,
  scheduleLagMs,
  takenUpMs,
  tpotMs,
  ttfoMs,
  ttftIntendedMs,
  ttftMs,
} from './request-metrics.ts'
import { timeline } from './timeline.ts'
import { accountTokens } from './token-accounting.ts'
import { judgeLevel } from './validity.ts'

type Window = { startMs: number; endMs: number; seconds: number }

/** The measured window: first send to last stream end, failed attempts to connect included, ms since the run's start. */
function measuredWindow(requests: readonly RequestRecord[]): Window | null {
  let startMs = Number.POSITIVE_INFINITY
  let endMs = Number.NEGATIVE_INFINITY
  for (const request of requests) {
    startMs = Math.min(startMs, begunMs(request) ?? startMs)
    if (request.stream_end_ms !== null) endMs = Math.max(endMs, request.stream_end_ms)
  }
  return endMs > startMs ? { startMs, endMs, seconds: (endMs - startMs) / 1000 } : null
}

function values(
  requests: readonly RequestRecord[],
  metric: (request: RequestRecord) => number | null,
): number[] {
  const out: number[] = []
  for (const request of requests) {
    const value = metric(request)
    if (value !== null) out.push(value)
  }
  return out
}

function countErrors(requests: readonly RequestRecord[]): Record<string, number> {
  const errors: Record<string, number> = {}
  for (const { outcome } of requests) if (outcome !== 'ok') errors[outcome] = (errors[outcome] ?? 0) + 1
  return errors
}

function latencies(ok: readonly RequestRecord[], all: readonly RequestRecord[]) {
  const { itl, icl } = gapDistributions(ok)
  return {
    ttft: distribution(values(ok, ttftMs)),
    ttft_intended: distribution(values(ok, ttftIntendedMs)),
    ttfo: distribution(values(ok, ttfoMs)),
    tpot: distribution(values(ok, tpotMs)),
    itl,
    icl,
    e2e_latency: distribution(values(ok, e2eMs)),
    schedule_lag: distribution(values(all, scheduleLagMs)),
  }
}

/** Events per second between the first and the last of some times in ms; null with fewer than two. */
function rateOf(times: readonly number[]): number | null {
  const range = distribution(times)
  if (!range || range.max <= range.min) return null
  return (range.count - 1) / ((range.max - range.min) / 1000)
}

/**
 * Every metric of one load level from its request records, as METRICS defines them. Warm-up and cool-down are left out.
 * @param evidence what the agent observed of itself while the level ran
 */
export function levelResult(
  records: readonly RequestRecord[],
  level: LoadLevel,
  slo: RunDefinition['goodput_thresholds'],
  evidence: LevelEvidence,
): LevelResult {
  const measured = records.filter((record) => !record.warmup && !record.cooldown)
  const ok = measured.filter((record) => record.outcome === 'ok')
  const window = measuredWindow(measured)
  const perSecond = (amount: number): number | null => (window ? amount / window.seconds : null)
  const tokens = accountTokens(ok)
  const distributions = latencies(ok, measured)
  const takenUp = rateOf(values(measured, takenUpMs))
  const scheduled = rateOf(values(measured, (request) => request.intended_ms))
  return {
    index: level.index,
    concurrency: level.kind === 'concurrency' ? level.concurrency : null,
    request_rate: level.kind === 'request_rate' ? level.requestRate : null,
    started_ms: window?.startMs ?? null,
    ended_ms: window?.endMs ?? null,
    window_seconds: window?.seconds ?? null,
    ...distributions,
    throughput_tokens_per_sec: perSecond(tokens.output_tokens),
    total_throughput_tokens_per_sec: perSecond(tokens.input_tokens + tokens.output_tokens),
    request_rate_per_sec: perSecond(ok.length),
    achieved_send_rate_per_sec: rateOf(values(measured, (request) => request.sent_ms)),
    total_requests: measured.length,
    successful_requests: ok.length,
    failed_requests: measured.length - ok.length,
    error_rate_percent:
      measured.length === 0 ? null : ((measured.length - ok.length) / measured.length) * 100,
    errors: countErrors(measured),
    goodput: goodput(measured, slo, window?.seconds ?? null),
    tokens,
    timeline: window ? timeline(measured, window) : [],
    validity: judgeLevel({
      evidence,
      agentLag: distribution(values(measured, agentLagMs)),
      achievedRateRatio: scheduled !== null && takenUp !== null ? takenUp / scheduled : null,
      requests: measured.length,
      dropped: measured.filter((record) => record.outcome === 'DROPPED').length,
    }),
  }
}
