import type { RequestRecord } from '@llm-loadtest/schema'
import { failedRecord, sampleRecord } from '@llm-loadtest/schema/testing'
import { expect, it } from 'vitest'
import { AiperfExport } from './aiperf.ts'
import type { ExportedLevel } from './exported-level.ts'
import { TOY_LEVEL, TOY_RECORDS, TOY_WITHOUT_STREAM } from './toy-level.ts'

function contentOf(records: readonly RequestRecord[], about: ExportedLevel = TOY_LEVEL) {
  const content = new AiperfExport(about.run.config.goodput_thresholds)
  for (const record of records) content.add(record)
  return content.content(about)
}

it('has the metrics of the level, a unit and an avg each', () => {
  // From the first ok request taken up, at 90, to the last token, at 1200.
  const seconds = 1.11
  expect(contentOf(TOY_RECORDS)).toMatchObject({
    schema_version: '1.1',
    benchmark_id: TOY_LEVEL.run.run_id,
    request_count: { unit: 'requests', avg: 3 },
    error_request_count: { unit: 'requests', avg: 1 },
    request_throughput: { unit: 'requests/sec', avg: 3 / seconds },
    output_token_throughput: { unit: 'tokens/sec', avg: 7 / seconds },
    total_token_throughput: { unit: 'tokens/sec', avg: 49 / seconds },
    total_isl: { unit: 'tokens', avg: 42 },
    total_osl: { unit: 'tokens', avg: 7 },
    total_output_tokens: { unit: 'tokens', avg: 6 },
    total_error_isl: { unit: 'tokens', avg: 30 },
    // The second alone: the first is too late, and the third has no ITL to meet its limit with.
    good_request_count: { unit: 'requests', avg: 1 },
    goodput: { unit: 'requests/sec', avg: 1 / seconds },
    benchmark_duration: { unit: 'sec', avg: seconds },
    was_cancelled: false,
    error_summary: [{ error_details: { code: 500, type: 'HTTP_500', message: 'internal error' }, count: 1 }],
    start_time: '2026-01-02T03:04:06.090Z',
    end_time: '2026-01-02T03:04:07.200Z',
    input_config: {
      endpoint: { model_names: ['simulator'], type: 'chat', streaming: true, url: 'http://127.0.0.1:8000' },
      loadgen: { concurrency: 2 },
    },
  })
})

it('has all statistics of a metric of each request', () => {
  // 50, 140 and 160.
  expect(contentOf(TOY_RECORDS)['request_latency']).toEqual({
    unit: 'ms',
    avg: 350 / 3,
    p1: 51.8,
    p5: 59,
    p10: 68,
    p25: 95,
    p50: 140,
    p75: 150,
    p90: 156,
    p95: 158,
    p99: 159.6,
    min: 50,
    max: 160,
    std: expect.closeTo(Math.sqrt(20_600 / 9), 10),
    count: 3,
    sum: 350,
  })
})

it.each([
  // 110, 100 and 50: to the first content, the connection included.
  ['time_to_first_token', { unit: 'ms', min: 50, p50: 100, max: 110, count: 3 }],
  ['time_to_second_token', { unit: 'ms', min: 10, max: 60, count: 2 }],
  // The first reasoned until 210.
  ['time_to_first_output_token', { unit: 'ms', min: 50, max: 120, count: 3 }],
  // (230 − 200) / 3 and 60: one value a request.
  ['inter_token_latency', { unit: 'ms', avg: 35, min: 10, max: 60, count: 2 }],
  ['inter_chunk_latency', { unit: 'ms', avg: 30, min: 10, p50: 20, max: 60, count: 3 }],
  ['output_token_throughput_per_user', { unit: 'tokens/sec/user', min: 1000 / 60, max: 100, count: 2 }],
  [
    'prefill_throughput_per_user',
    { unit: 'tokens/sec/user', min: 10_000 / 110, p50: 200, max: 240, count: 3 },
  ],
  ['input_sequence_length', { unit: 'tokens', sum: 42, count: 3 }],
  ['output_sequence_length', { unit: 'tokens', sum: 7, count: 3 }],
  ['output_token_count', { unit: 'tokens', sum: 6, max: 3, count: 3 }],
  ['reasoning_token_count', { unit: 'tokens', sum: 1, count: 1 }],
  ['error_isl', { unit: 'tokens', sum: 30, count: 1 }],
])('%s is as AIPerf defines it', (tag, metric) => {
  expect(contentOf(TOY_RECORDS)[tag]).toMatchObject(metric)
})

it('leaves out what has no value', () => {
  const withoutStream = contentOf(TOY_WITHOUT_STREAM)
  expect(withoutStream).toMatchObject({ request_count: { avg: 3 }, request_latency: { p50: 140 } })
  for (const tag of [
    'time_to_first_token',
    'inter_token_latency',
    'inter_chunk_latency',
    'time_to_second_token',
  ]) {
    expect(withoutStream).not.toHaveProperty(tag)
  }
  // Of one request alone is the number of reasoning tokens known.
  expect(withoutStream).not.toHaveProperty('total_reasoning_tokens')
  expect(Object.keys(contentOf([])).sort()).toEqual([
    'benchmark_id',
    'error_summary',
    'good_request_count',
    'input_config',
    'request_count',
    'schema_version',
    'was_cancelled',
  ])
})

it('does not count as output what may have been reasoning', () => {
  const content = contentOf([sampleRecord({ reasoned: true })])
  expect(content).toMatchObject({ total_osl: { avg: 5 } })
  expect(content).not.toHaveProperty('output_token_count')
  expect(content).not.toHaveProperty('total_output_tokens')
})

it('groups errors by class and status', () => {
  const timeout = { outcome: 'TIMEOUT', http_status: null, error_message: null } as const
  const content = contentOf([failedRecord(timeout), failedRecord(), failedRecord(timeout)])
  expect(content['error_summary']).toEqual([
    { error_details: { type: 'TIMEOUT', message: 'TIMEOUT' }, count: 2 },
    { error_details: { code: 500, type: 'HTTP_500', message: 'internal error' }, count: 1 },
  ])
})
