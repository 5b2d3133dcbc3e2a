import { describe, expect, it } from 'vitest'
import { LevelResult } from '../level-result.ts'
import type { LoadLevel } from '../load-profile.ts'
import type { RequestRecord } from '../request-record.ts'
import { failedRecord, sampleRecord } from '../testing/sample-record.ts'
import { NO_EVIDENCE } from './evidence.ts'
import { levelResult } from './level-metrics.ts'

const level: LoadLevel = { kind: 'concurrency', index: 0, concurrency: 2 }
const quiet = { ...NO_EVIDENCE, event_loop_delay_p99_ms: 1, agent_cpu_percent: 20 }
const measure = (records: RequestRecord[], slo?: Parameters<typeof levelResult>[2], at: LoadLevel = level) =>
  levelResult(records, at, slo, quiet)

/** Two good requests and one failure in a window of 2 s: [0, 2000] ms. */
const mixed = [
  sampleRecord({ index: 0 }),
  sampleRecord({
    index: 1,
    sent_ms: 1000,
    first_token_ms: 1300,
    first_output_token_ms: 1300,
    last_token_ms: 1900,
    stream_end_ms: 2000,
    event_ms: [300, 600, 900],
    event_tokens: [1, 2, 1],
    output_tokens: 4,
    input_tokens: 20,
  }),
  failedRecord({ index: 2, sent_ms: 500, stream_end_ms: 700, outcome: 'TIMEOUT', http_status: null }),
]

describe('levelResult', () => {
  it('derives every figure from the records (worked by hand)', () => {
    const result = measure(mixed)
    expect(result).toMatchObject({
      started_ms: 0,
      ended_ms: 2000,
      window_seconds: 2,
      total_requests: 3,
      successful_requests: 2,
      failed_requests: 1,
      errors: { TIMEOUT: 1 },
      throughput_tokens_per_sec: 4.5,
      total_throughput_tokens_per_sec: 19.5,
      request_rate_per_sec: 1,
      achieved_send_rate_per_sec: 2,
      goodput: null,
    })
    expect(result.error_rate_percent).toBeCloseTo(100 / 3, 10)
    expect(result.ttft).toMatchObject({ min: 100, max: 300, mean: 200, p50: 200, count: 2 })
    expect(result.e2e_latency).toMatchObject({ min: 140, max: 900, count: 2 })
    expect(result.tpot).toMatchObject({ min: 10, max: 200, count: 2 })
    // Gaps: 4 × 10 ms; 300 ms for 2 tokens = 2 × 150; 300 ms for 1.
    expect(result.itl).toMatchObject({ count: 7, min: 10, max: 300, mean: (40 + 300 + 300) / 7, p50: 10 })
    expect(result.icl).toMatchObject({ count: 6, min: 10, max: 300, mean: (40 + 300 + 300) / 6 })
  })

  it('counts a gap for each of its tokens without a sample for each, as a server may claim any number', () => {
    const claims = sampleRecord({
      event_ms: [100, 110, 210],
      event_tokens: [1, 1, 1e8],
      output_tokens: 1e8 + 2,
    })
    const { itl, icl } = measure(new Array<RequestRecord>(100).fill(claims))
    expect(itl).toMatchObject({ min: 1e-6, max: 10, p50: 1e-6, count: 1e10 + 100 })
    expect(icl).toMatchObject({ min: 10, max: 100, count: 200 })
  })

  it('is a valid LevelResult on the wire', () => {
    expect(LevelResult.parse(JSON.parse(JSON.stringify(measure(mixed))))).toEqual(measure(mixed))
  })

  it('leaves warm-up out of everything', () => {
    const warm = sampleRecord({ warmup: true, sent_ms: -5000, first_token_ms: -10, output_tokens: 1000 })
    expect(measure([warm, ...mixed])).toEqual(measure(mixed))
  })

  it('leaves cool-down out of everything', () => {
    const last = failedRecord({ cooldown: true, index: 3, sent_ms: 1900, stream_end_ms: 9000 })
    expect(measure([...mixed, last])).toEqual(measure(mixed))
  })

  it('has no latency when all requests failed, and says so by null', () => {
    const result = measure([
      failedRecord(),
      failedRecord({ index: 1, outcome: 'CONNECTION_ERROR', http_status: null }),
    ])
    expect([result.ttft, result.tpot, result.itl, result.icl, result.e2e_latency]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ])
    expect(result).toMatchObject({
      throughput_tokens_per_sec: 0,
      error_rate_percent: 100,
      errors: { HTTP_500: 1, CONNECTION_ERROR: 1 },
    })
  })

  it('has a window that reaches to the last attempt to connect: a dead server has no throughput', () => {
    const refused = (index: number, at: number) =>
      failedRecord({
        index,
        sent_ms: null,
        connect_ms: 4,
        stream_end_ms: at,
        outcome: 'CONNECTION_ERROR',
        http_status: null,
      })
    const result = measure([refused(0, 4), sampleRecord({ index: 1, sent_ms: 10 }), refused(2, 5000)])
    expect(result).toMatchObject({
      started_ms: 0,
      ended_ms: 5000,
      window_seconds: 5,
      throughput_tokens_per_sec: 1,
      request_rate_per_sec: 0.2,
    })
    expect(result.timeline.map(({ errors, running }) => [errors, running])).toEqual([
      [1, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 0],
    ])
  })

  it('has no rate at all without a request', () => {
    expect(measure([])).toMatchObject({
      total_requests: 0,
      error_rate_percent: null,
      throughput_tokens_per_sec: null,
      window_seconds: null,
      timeline: [],
      validity: { verdict: 'suspect', reasons: [{ code: 'nothing_measured' }] },
    })
  })

  it('counts goodput against every attempted request', () => {
    expect(measure(mixed, { ttft_ms: 200, e2e_ms: 1000 }).goodput).toEqual({
      satisfied_requests: 1,
      total_requests: 3,
      goodput_percent: expect.closeTo(100 / 3, 10),
      goodput_rate_per_sec: 0.5,
      ttft_satisfied: 1,
      tpot_satisfied: null,
      e2e_satisfied: 2,
    })
  })

  it('lets an output of one token meet a TPOT objective it cannot miss', () => {
    const single = sampleRecord({ last_token_ms: 100, event_ms: [100], event_tokens: [1], output_tokens: 1 })
    expect(measure([single], { tpot_ms: 5 }).goodput).toMatchObject({
      satisfied_requests: 1,
      tpot_satisfied: 1,
    })
  })

  it('says where token counts come from and how far the sources disagree', () => {
    const local = sampleRecord({
      input_tokens_source: 'tiktoken_approx',
      output_tokens_source: 'tiktoken_approx',
    })
    expect(measure([sampleRecord({ input_tokens: 10, local_input_tokens: 8 }), local]).tokens).toEqual({
      input_tokens: 20,
      output_tokens: 10,
      input_sources: { usage: 1, tiktoken_approx: 1 },
      output_sources: { usage: 1, tiktoken_approx: 1 },
      input_disagreement_percent: expect.closeTo(20, 10),
      output_disagreement_percent: null,
    })
  })

  it('shows by their disagreement that a count of the server was not believed', () => {
    const claims = sampleRecord({
      output_tokens_source: 'tokenizer',
      local_output_tokens: 5,
      server_output_tokens: 1e8,
    })
    expect(measure([claims, sampleRecord({ local_output_tokens: 5 })]).tokens).toMatchObject({
      output_tokens: 10,
      output_sources: { usage: 1, tokenizer: 1 },
      output_disagreement_percent: expect.closeTo(50, 5),
    })
  })
})

describe('open loop', () => {
  const open: LoadLevel = {
    kind: 'request_rate',
    index: 1,
    requestRate: 10,
    arrival: 'constant',
    burstiness: 1,
  }

  it('measures lag and TTFT from the intended time, and the rate against the schedule', () => {
    const records = [0, 100, 200].map((intended, index) =>
      sampleRecord({
        index,
        intended_ms: intended,
        sent_ms: intended + 2,
        first_token_ms: intended + 52,
        stream_end_ms: intended + 99,
      }),
    )
    const result = measure(records, undefined, open)
    expect(result).toMatchObject({
      concurrency: null,
      request_rate: 10,
      ttft: { p50: 50 },
      ttft_intended: { p50: 52 },
    })
    expect(result.schedule_lag).toMatchObject({ max: 2, count: 3 })
    expect(result.validity.evidence.achieved_rate_ratio).toBeCloseTo(1, 10)
    expect(result.validity.verdict).toBe('valid')
  })

  it('does not blame the agent for the time that connections take to open', () => {
    const records = [0, 100, 200].map((intended, index) =>
      sampleRecord({
        index,
        intended_ms: intended,
        connect_ms: 80,
        sent_ms: intended + 82,
        first_token_ms: intended + 182,
        stream_end_ms: intended + 199,
      }),
    )
    const { schedule_lag, ttft_intended, validity } = measure(records, undefined, open)
    expect([schedule_lag?.p99, ttft_intended?.p99]).toEqual([82, 182])
    expect(validity).toMatchObject({
      verdict: 'valid',
      evidence: { schedule_lag_p50_ms: 2, schedule_lag_p99_ms: 2 },
    })
  })

  it('has achieved its rate when it took every request up in time, although the server was gone by then', () => {
    const records = [0, 100, 200, 300].map((intended, index) =>
      index < 2
        ? sampleRecord({ index, intended_ms: intended, sent_ms: intended, stream_end_ms: intended + 50 })
        : failedRecord({
            index,
            intended_ms: intended,
            sent_ms: null,
            connect_ms: 3,
            stream_end_ms: intended + 3,
            outcome: 'CONNECTION_ERROR',
          }),
    )
    const { validity } = measure(records, undefined, open)
    expect(validity).toMatchObject({ verdict: 'valid', evidence: { achieved_rate_ratio: 1 } })
  })

  it('has neither a concurrency nor a rate in a replay', () => {
    const result = measure([sampleRecord({ intended_ms: 0 })], undefined, {
      kind: 'replay',
      index: 0,
      speed: 2,
    })
    expect(result).toMatchObject({ concurrency: null, request_rate: null, schedule_lag: { count: 1 } })
  })

  it('counts a dropped slot as attempted and as suspect', () => {
    const dropped = failedRecord({
      outcome: 'DROPPED',
      intended_ms: 5,
      sent_ms: null,
      stream_end_ms: null,
      http_status: null,
    })
    const result = measure([sampleRecord({ intended_ms: 0 }), dropped], undefined, open)
    expect(result).toMatchObject({
      total_requests: 2,
      errors: { DROPPED: 1 },
      validity: { verdict: 'suspect' },
    })
  })
})
