import type { RequestRecord } from '@llm-loadtest/schema'
import { expect, it } from 'vitest'
import type { ExportedLevel } from './exported-level.ts'
import { TOY_LEVEL, TOY_RECORDS, TOY_WITHOUT_STREAM } from './toy-level.ts'
import { VllmExport } from './vllm.ts'

function contentOf(records: readonly RequestRecord[], about: ExportedLevel = TOY_LEVEL) {
  const content = new VllmExport(about.run.config.goodput_thresholds)
  for (const record of records) content.add(record)
  return content.content(about)
}

it('has the fields of vLLM, each as its benchmark computes it', () => {
  // From the first request taken up, at 90, to the last stream end, at 1205.
  const duration = 1.115
  const content = contentOf(TOY_RECORDS)
  expect(content).toMatchObject({
    date: '20260102-030408',
    endpoint_type: 'openai-chat',
    backend: 'openai-chat',
    label: 'toy',
    model_id: 'simulator',
    tokenizer_id: null,
    num_prompts: 4,
    request_rate: 'inf',
    burstiness: 1,
    max_concurrency: 2,
    duration,
    completed: 3,
    failed: 1,
    total_input_tokens: 42,
    total_output_tokens: 7,
    request_throughput: 3 / duration,
    // The second and third: an output of one token meets any TPOT.
    request_goodput: 2 / duration,
    output_throughput: 7 / duration,
    total_token_throughput: 49 / duration,
    // Chunks at 195, 200, 210 and 230, all in the second that begins at 90.
    max_output_tokens_per_s: 4,
    max_concurrent_requests: 2,
  })
  expect(Object.keys(content)).toHaveLength(21 + 4 * 6)
})

it('takes TTFT to the first chunk, ITL as gaps between chunks undivided, TPOT over the tokens after the first', () => {
  const content = contentOf(TOY_RECORDS)
  // TTFT 50, 100 and 105: the connection counts, and so does the role-only chunk at 195.
  expect(content).toMatchObject({
    mean_ttft_ms: 85,
    median_ttft_ms: 100,
    p90_ttft_ms: 104,
    p95_ttft_ms: 104.5,
  })
  expect(content['std_ttft_ms']).toBeCloseTo(Math.sqrt(1850 / 3), 10)
  expect(content['p99_ttft_ms']).toBeCloseTo(104.9, 10)
  // TPOT (230 − 195) / 3 and 60; none of the single token.
  expect(content['mean_tpot_ms']).toBeCloseTo((35 / 3 + 60) / 2, 10)
  // ITL 5, 10, 20 and 60.
  expect(content).toMatchObject({
    mean_itl_ms: 23.75,
    median_itl_ms: 15,
    p90_itl_ms: expect.closeTo(48, 10),
    p95_itl_ms: 54,
  })
  expect(content['std_itl_ms']).toBeCloseTo(Math.sqrt(1868.75 / 4), 10)
  // E2EL 50, 140 and 160.
  expect(content).toMatchObject({ median_e2el_ms: 140, p90_e2el_ms: 156 })
})

it('does not depend on the order records come in', () => {
  expect(contentOf(TOY_RECORDS.toReversed())).toEqual(contentOf(TOY_RECORDS))
})

it('invents nothing: without a stream there is no TTFT, without requests no figure', () => {
  expect(contentOf(TOY_WITHOUT_STREAM)).toMatchObject({
    completed: 3,
    mean_ttft_ms: null,
    p99_tpot_ms: null,
    median_itl_ms: null,
    median_e2el_ms: 140,
    max_output_tokens_per_s: null,
    max_concurrent_requests: 2,
  })
  expect(contentOf([])).toMatchObject({
    completed: 0,
    failed: 0,
    duration: null,
    request_throughput: null,
    request_goodput: null,
    mean_e2el_ms: null,
    max_concurrent_requests: null,
  })
})

it('has no token total when a count is not known', () => {
  const unknown = TOY_RECORDS.map((record) => ({ ...record, output_tokens: null }))
  expect(contentOf(unknown)).toMatchObject({
    total_input_tokens: 42,
    total_output_tokens: null,
    output_throughput: null,
    total_token_throughput: null,
    mean_tpot_ms: null,
  })
})

it.each([
  [
    { kind: 'request_rate', index: 0, requestRate: 5, arrival: 'gamma', burstiness: 0.5 },
    { request_rate: 5, burstiness: 0.5 },
  ],
  [
    { kind: 'request_rate', index: 0, requestRate: 5, arrival: 'constant', burstiness: 1 },
    { request_rate: 5, burstiness: 'inf' },
  ],
  [
    { kind: 'replay', index: 0, speed: 1 },
    { request_rate: null, burstiness: null },
  ],
] as const)('tells the traffic of %j', (level, traffic) => {
  expect(contentOf([], { ...TOY_LEVEL, level })).toMatchObject({ ...traffic, max_concurrency: null })
})

it('has no goodput without objectives', () => {
  const { goodput_thresholds, ...config } = TOY_LEVEL.run.config
  expect(contentOf(TOY_RECORDS, { ...TOY_LEVEL, run: { ...TOY_LEVEL.run, config } })).toMatchObject({
    request_goodput: null,
  })
})
