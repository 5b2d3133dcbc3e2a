import type { RequestLogEntry, RunProgress, RunView } from '@llm-loadtest/schema'
import { sampleGpu } from '@llm-loadtest/schema/testing'
import { describe, expect, it } from 'vitest'
import { gpuSample } from './gpu-samples.fixture.ts'
import { applyMessage, EMPTY_FEED, LOG_LENGTH } from './run-feed.ts'

const progress = (at_ms: number): RunProgress => ({
  at_ms,
  phase: 'measure',
  progress: { current: 1, total: 10, unit: 'requests', percent: 10 },
  level: { index: 0, total: 1, concurrency: 1, request_rate: null },
  overall_percent: 10,
  metrics: {
    ttft_avg: null,
    ttft_p50: null,
    ttft_p99: null,
    tpot_avg: null,
    throughput_current: null,
    running: 1,
    completed: 1,
    success_count: 1,
    error_count: 0,
    elapsed_s: at_ms / 1000,
  },
})

const run: RunView = {
  run_id: 'run_01JDV7Z8K4Q2M6N9P3R5T7W1XY',
  name: null,
  tags: [],
  status: 'pending',
  cancel_requested: false,
  server_url: 'http://127.0.0.1:8000',
  model: 'simulator',
  adapter: 'openai',
  agent_id: null,
  created_at: '2026-01-01T00:00:00Z',
  started_at: null,
  completed_at: null,
  duration_seconds: null,
  error: null,
  config: {
    server_url: 'http://127.0.0.1:8000',
    model: 'simulator',
    adapter: 'openai',
    endpoint: 'chat',
    input_len: 1,
    output_len: 1,
    stream: true,
    warmup: 0,
    cooldown: 0,
    timeout: 1,
    ignore_eos: false,
    seed: 0,
    tokenizer: 'auto',
  },
}

const entry = (request_id: string): RequestLogEntry => ({
  request_id,
  level_index: 0,
  at_ms: 0,
  outcome: 'ok',
  http_status: 200,
  ttft_ms: 1,
  e2e_ms: 2,
  output_tokens: 3,
  error_message: null,
})

describe('a run as a viewer follows it', () => {
  it('starts from the snapshot and goes on with progress', () => {
    let feed = applyMessage(EMPTY_FEED, {
      type: 'snapshot',
      run,
      history: [progress(1000)],
      levels: [],
      gpu: null,
    })
    feed = applyMessage(feed, { type: 'progress', status: 'running', ...progress(2000) })
    expect(feed.run?.status).toBe('running')
    expect(feed.history).toEqual([progress(1000), progress(2000)])
  })

  it('takes a progress only once and keeps the log over a reconnect', () => {
    let feed = applyMessage(EMPTY_FEED, { type: 'request_log', entries: [entry('a')] })
    feed = applyMessage(feed, {
      type: 'snapshot',
      run,
      history: [progress(1000), progress(2000)],
      levels: [],
      gpu: null,
    })
    feed = applyMessage(feed, { type: 'progress', status: 'running', ...progress(2000) })
    expect(feed.history.map((point) => point.at_ms)).toEqual([1000, 2000])
    expect(feed.log.map((each) => each.request_id)).toEqual(['a'])
  })

  it('keeps the newest requests of the log first', () => {
    const entries = Array.from({ length: LOG_LENGTH }, (_, i) => entry(`old${i}`))
    let feed = applyMessage(EMPTY_FEED, { type: 'request_log', entries })
    feed = applyMessage(feed, { type: 'request_log', entries: [entry('x'), entry('y')] })
    expect(feed.log).toHaveLength(LOG_LENGTH)
    expect(feed.log.slice(0, 3).map((each) => each.request_id)).toEqual(['y', 'x', `old${LOG_LENGTH - 1}`])
  })

  it('takes the final state from the last message', () => {
    const feed = applyMessage(EMPTY_FEED, { type: 'completed', run: { ...run, status: 'completed' } })
    expect(feed.run?.status).toBe('completed')
  })

  it('goes on from the GPU samples of the snapshot, and takes each once', () => {
    const gpu = { devices: [sampleGpu({ index: 0 })], samples: [gpuSample(0, 1000, { power_watts: 100 })] }
    let feed = applyMessage(EMPTY_FEED, { type: 'snapshot', run, history: [], levels: [], gpu })
    const next = [gpuSample(0, 2000, { power_watts: 200 })]
    feed = applyMessage(feed, { type: 'gpu', devices: null, samples: next })
    feed = applyMessage(feed, { type: 'gpu', devices: null, samples: next })
    expect(feed.gpu?.devices).toEqual([sampleGpu({ index: 0 })])
    expect(feed.gpu?.ticks.map((tick) => [tick.at_ms, tick.devices.get(0)?.power_watts])).toEqual([
      [1000, 100],
      [2000, 200],
    ])
    expect(feed.gpu?.latest.get(0)?.power_watts).toBe(200)
  })

  it('learns the devices with the first samples of a run that had none', () => {
    let feed = applyMessage(EMPTY_FEED, { type: 'snapshot', run, history: [], levels: [], gpu: null })
    expect(feed.gpu).toBe(null)
    feed = applyMessage(feed, {
      type: 'gpu',
      devices: [sampleGpu({ index: 3 })],
      samples: [gpuSample(3, 10)],
    })
    expect(feed.gpu?.devices.map((device) => device.index)).toEqual([3])
  })
})
