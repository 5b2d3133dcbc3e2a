import { describe, expect, it } from 'vitest'
import { failedRecord, sampleRecord } from '../testing/sample-record.ts'
import { NO_EVIDENCE } from './evidence.ts'
import { levelResult } from './level-metrics.ts'
import { runSummary, runValidity } from './run-metrics.ts'

const quiet = { ...NO_EVIDENCE, event_loop_delay_p99_ms: 1, agent_cpu_percent: 20 }
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

describe('runValidity', () => {
  it('takes the worst level and names its reasons', () => {
    const reason = { code: 'agent_cpu', verdict: 'suspect', value: 90, limit: 85 }
    expect(runValidity([good, faster])).toEqual({
      verdict: 'suspect',
      reasons: [{ level_index: 1, reason }],
    })
  })

  it('is valid when no level says otherwise', () => {
    expect(runValidity([])).toEqual({ verdict: 'valid', reasons: [] })
  })
})
