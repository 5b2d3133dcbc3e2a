import { describe, expect, it } from 'vitest'
import { failedRecord, sampleRecord } from '../testing/sample-record.ts'
import { levelResult } from './level-metrics.ts'
import { runSummary, runValidity } from './run-metrics.ts'
import { judgeLevel, worstVerdict } from './validity.ts'

const quiet = { event_loop_delay_p99_ms: 1, agent_cpu_percent: 20 }
const good = levelResult(
  [sampleRecord()],
  { kind: 'concurrency', index: 0, concurrency: 1 },
  undefined,
  quiet,
)
const faster = levelResult(
  [sampleRecord(), sampleRecord({ first_token_ms: 120 })],
  { kind: 'concurrency', index: 1, concurrency: 2 },
  undefined,
  { ...quiet, agent_cpu_percent: 90 },
)
const failed = levelResult(
  [failedRecord()],
  { kind: 'concurrency', index: 2, concurrency: 4 },
  undefined,
  quiet,
)

describe('runSummary', () => {
  it('totals the levels and names the best of each', () => {
    const summary = runSummary([good, faster, failed])
    expect(summary).toMatchObject({
      total_requests: 4,
      successful_requests: 3,
      failed_requests: 1,
      error_rate_percent: 25,
      total_output_tokens: 15,
      best_ttft_p50_ms: { value: 100, level_index: 0 },
      best_goodput_percent: null,
    })
    expect(summary.best_throughput_tokens_per_sec?.level_index).toBe(1)
  })

  it('names no best throughput when nothing succeeded', () => {
    expect(runSummary([failed]).best_throughput_tokens_per_sec).toBeNull()
    expect(runSummary([])).toMatchObject({ total_requests: 0, error_rate_percent: null })
  })
})

describe('validity', () => {
  it('takes the worst level and names its reasons', () => {
    expect(runValidity([good, faster])).toEqual({
      verdict: 'suspect',
      reasons: [{ level_index: 1, reason: expect.stringContaining('Agent CPU use was 90.0 % of a core') }],
    })
  })

  it('is invalid when the load generator was starved', () => {
    const verdict = judgeLevel({
      evidence: { event_loop_delay_p99_ms: 250, agent_cpu_percent: 99.5 },
      scheduleLag: null,
      achievedRateRatio: 0.6,
      dropped: 0,
    })
    expect(verdict.verdict).toBe('invalid')
    expect(verdict.reasons).toHaveLength(3)
  })

  it('does not judge what was not observed', () => {
    const unknown = { event_loop_delay_p99_ms: null, agent_cpu_percent: null }
    expect(
      judgeLevel({ evidence: unknown, scheduleLag: null, achievedRateRatio: null, dropped: 0 }),
    ).toMatchObject({
      verdict: 'valid',
      reasons: [],
    })
    expect(worstVerdict([])).toBe('valid')
  })
})
