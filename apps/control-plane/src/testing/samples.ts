import { gzipSync } from 'node:zlib'
import type { LevelResult, RequestRecord, RunProgress } from '@llm-loadtest/schema'
import { levelResult, NO_EVIDENCE } from '@llm-loadtest/schema/metrics'
import { sampleGpu, sampleGpuReading } from '@llm-loadtest/schema/testing'
import type { EventBody } from './fake-agent.ts'

/** A request that took 100 ms to its first token and 20 ms for each of the four after it. */
export function requestRecord(index: number, change: Partial<RequestRecord> = {}): RequestRecord {
  const sent_ms = 1000 + index * 200
  return {
    request_id: `request-${index}`,
    level_index: 0,
    index,
    warmup: false,
    cooldown: false,
    intended_ms: null,
    sent_ms,
    connect_ms: 0,
    first_event_ms: sent_ms + 100,
    first_token_ms: sent_ms + 100,
    first_output_token_ms: sent_ms + 100,
    reasoned: false,
    last_token_ms: sent_ms + 180,
    stream_end_ms: sent_ms + 180,
    event_ms: [100, 120, 140, 160, 180],
    event_tokens: [1, 1, 1, 1, 1],
    input_tokens: 10,
    input_tokens_source: 'usage',
    local_input_tokens: null,
    output_tokens: 5,
    output_tokens_source: 'usage',
    local_output_tokens: null,
    server_output_tokens: null,
    reasoning_tokens: null,
    finish_reason: 'length',
    outcome: 'ok',
    http_status: 200,
    error_message: null,
    ...change,
  }
}

export function sampleLevel(index = 0, requests = 3): LevelResult {
  const records = Array.from({ length: requests }, (_, i) => requestRecord(i, { level_index: index }))
  return levelResult(records, { kind: 'concurrency', index, concurrency: index + 1 }, undefined, NO_EVIDENCE)
}

export function batch(records: RequestRecord[]): EventBody {
  const data = gzipSync(JSON.stringify(records)).toString('base64')
  return { type: 'request_batch', level_index: records[0]?.level_index ?? 0, count: records.length, data }
}

export function levelEvent(index = 0, requests = 3): EventBody {
  return { type: 'level_result', result: sampleLevel(index, requests) }
}

export function runProgress(atMs: number): RunProgress {
  return {
    at_ms: atMs,
    phase: 'measure',
    progress: { current: 1, total: 10, unit: 'requests', percent: 10 },
    level: { index: 0, total: 1, concurrency: 1, request_rate: null },
    overall_percent: 10,
    metrics: {
      ttft_avg: 100,
      ttft_p50: 100,
      ttft_p99: 100,
      tpot_avg: 20,
      throughput_current: 50,
      running: 1,
      completed: 1,
      success_count: 1,
      error_count: 0,
      elapsed_s: atMs / 1000,
    },
  }
}

export function progressEvent(atMs: number): EventBody {
  return { type: 'progress', progress: runProgress(atMs), log: [] }
}

/** A second's samples of GPUs 0 to `devices` − 1, which draw 100 W each; with the devices when it is the first. */
export function gpuEvent(atMs: number, { first = false, devices = 1 } = {}): EventBody {
  const indexes = Array.from({ length: devices }, (_, index) => index)
  return {
    type: 'gpu',
    period_ms: 1000,
    devices: first ? indexes.map((index) => sampleGpu({ index })) : null,
    samples: indexes.map((device_index) => sampleGpuReading({ at_ms: atMs, device_index })),
  }
}

export const COMPLETE: EventBody = {
  type: 'run_complete',
  outcome: 'completed',
  started_at: '2026-01-02T03:04:05.000Z',
  completed_at: '2026-01-02T03:04:15.500Z',
  duration_seconds: 10.5,
}

export const CANCELLED: EventBody = { ...COMPLETE, outcome: 'cancelled' }
