import { levelResult, NO_EVIDENCE, runSummary, runValidity } from '../metrics/index.ts'
import { RunDefinition } from '../run-definition.ts'
import type { RunResult } from '../run-result.ts'
import { failedRecord, sampleRecord } from './sample-record.ts'

const quiet = { ...NO_EVIDENCE, event_loop_delay_p99_ms: 1, agent_cpu_percent: 20 }

/** A completed run of two levels (concurrency 1 and 4); the second has one HTTP_500 in three requests. */
export function sampleResult(changes: Partial<RunResult> = {}): RunResult {
  const config = RunDefinition.parse({
    server_url: 'http://127.0.0.1:8000',
    model: 'simulator',
    concurrency: [1, 4],
    num_prompts: 3,
    goodput_thresholds: { ttft_ms: 500 },
  })
  const records = [0, 1, 2].map((index) =>
    sampleRecord({
      index,
      sent_ms: index * 200,
      first_event_ms: index * 200 + 99,
      first_token_ms: index * 200 + 100,
      first_output_token_ms: index * 200 + 100,
      last_token_ms: index * 200 + 140,
      stream_end_ms: index * 200 + 141,
    }),
  )
  const withFailure = [...records.slice(0, 2), failedRecord({ index: 2, sent_ms: 400, stream_end_ms: 410 })]
  const results = [
    levelResult(records, { kind: 'concurrency', index: 0, concurrency: 1 }, config.goodput_thresholds, quiet),
    levelResult(
      withFailure,
      { kind: 'concurrency', index: 1, concurrency: 4 },
      config.goodput_thresholds,
      quiet,
    ),
  ]
  return {
    run_id: 'run_01JDV7Z8K4Q2M6N9P3R5T7W1XY',
    name: null,
    tags: [],
    status: 'completed',
    cancel_requested: false,
    server_url: config.server_url,
    model: config.model,
    adapter: config.adapter,
    agent_id: null,
    created_at: '2026-01-02T03:04:05.000Z',
    started_at: '2026-01-02T03:04:06.000Z',
    completed_at: '2026-01-02T03:04:08.000Z',
    duration_seconds: 2,
    error: null,
    config,
    results,
    summary: runSummary(results),
    gpu: null,
    validity: runValidity(results),
    ...changes,
  }
}
