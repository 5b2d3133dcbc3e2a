import type { GoodputThresholds } from '@llm-loadtest/schema'
import type { z } from 'zod'
import { contentTimes, type MeasuredRequest } from './exported-level.ts'

/** AIPerf's figures of one request; ms, null where AIPerf gives the request no value. */
export type AiperfRequest = {
  isl: number | null
  osl: number | null
  outputTokens: number | null
  reasoningTokens: number | null
  latency: number
  ttft: number | null
  ttst: number | null
  ttfo: number | null
  itl: number | null
  icl: number[]
}

/** Output tokens that are no reasoning: all of them when there was none, unknown when its share is. */
function withoutReasoning({ record }: MeasuredRequest): number | null {
  if (record.output_tokens === null) return null
  if (record.reasoning_tokens !== null) return record.output_tokens - record.reasoning_tokens
  return record.reasoned ? null : record.output_tokens
}

/** A request's figures by AIPerf's definitions (its metrics reference): those of a stream need one. */
export function aiperfRequest(request: MeasuredRequest): AiperfRequest {
  const { record, startMs, latencyMs, streamed } = request
  const times = streamed ? contentTimes(record) : []
  const [first, second] = times
  const ttft = first === undefined ? null : first - startMs
  const osl = record.output_tokens
  return {
    isl: record.input_tokens,
    osl,
    outputTokens: withoutReasoning(request),
    reasoningTokens: record.reasoning_tokens,
    latency: latencyMs,
    ttft,
    ttst: first === undefined || second === undefined ? null : second - first,
    ttfo: streamed && record.first_output_token_ms !== null ? record.first_output_token_ms - startMs : null,
    itl: ttft === null || osl === null || osl < 2 ? null : (latencyMs - ttft) / (osl - 1),
    icl: times.slice(1).map((at, i) => at - (times[i] ?? at)),
  }
}

const perSecond = (amount: number | null, ms: number | null): number | null =>
  amount === null || ms === null || ms <= 0 ? null : (amount / ms) * 1000

type RecordMetric = { tag: string; unit: string; of: (request: AiperfRequest) => number | null }

/** The metrics of which each request has one value, with AIPerf's tags and units. */
export const RECORD_METRICS: readonly RecordMetric[] = [
  { tag: 'request_latency', unit: 'ms', of: ({ latency }) => latency },
  { tag: 'time_to_first_token', unit: 'ms', of: ({ ttft }) => ttft },
  { tag: 'time_to_second_token', unit: 'ms', of: ({ ttst }) => ttst },
  { tag: 'time_to_first_output_token', unit: 'ms', of: ({ ttfo }) => ttfo },
  { tag: 'inter_token_latency', unit: 'ms', of: ({ itl }) => itl },
  { tag: 'output_token_throughput_per_user', unit: 'tokens/sec/user', of: ({ itl }) => perSecond(1, itl) },
  {
    tag: 'prefill_throughput_per_user',
    unit: 'tokens/sec/user',
    of: ({ isl, ttft }) => perSecond(isl, ttft),
  },
  { tag: 'output_sequence_length', unit: 'tokens', of: ({ osl }) => osl },
  { tag: 'input_sequence_length', unit: 'tokens', of: ({ isl }) => isl },
  { tag: 'output_token_count', unit: 'tokens', of: ({ outputTokens }) => outputTokens },
  { tag: 'reasoning_token_count', unit: 'tokens', of: ({ reasoningTokens }) => reasoningTokens },
]

type Thresholds = z.infer<typeof GoodputThresholds>

/** Whether a request meets every objective; one that has no value for it does not, as AIPerf judges it. */
export function isGood({ ttft, itl, latency }: AiperfRequest, slo: Thresholds): boolean {
  const within = (value: number | null, limit: number | undefined) =>
    limit === undefined || (value !== null && value <= limit)
  return within(ttft, slo.ttft_ms) && within(itl, slo.tpot_ms) && within(latency, slo.e2e_ms)
}
