import type { RequestRecord } from '@llm-loadtest/schema'
import { failedRecord, sampleRecord, sampleResult } from '@llm-loadtest/schema/testing'
import type { ExportedLevel } from './exported-level.ts'

/** A request whose content events came at `times`, ms since the run's start, in chunks of one token. */
function streamed(sent_ms: number, times: number[], changes: Partial<RequestRecord>): RequestRecord {
  const first = times[0] ?? null
  const last = times.at(-1) ?? null
  return sampleRecord({
    sent_ms,
    first_event_ms: first,
    first_token_ms: first,
    first_output_token_ms: first,
    last_token_ms: last,
    stream_end_ms: last === null ? null : last + 5,
    event_ms: times.map((at) => at - sent_ms),
    event_tokens: times.map(() => 1),
    output_tokens: times.length,
    ...changes,
  })
}

/** Of a level with an SLO of TTFT 104 ms and TPOT 60 ms: what each tool makes of it is small enough for a pencil. */
export const TOY_RECORDS: readonly RequestRecord[] = [
  sampleRecord({ warmup: true, sent_ms: 0 }),
  // It took 10 ms to connect; a role-only event came first, then 1 token of reasoning, 2 tokens and 1.
  streamed(100, [200, 210, 230], {
    connect_ms: 10,
    first_event_ms: 195,
    first_output_token_ms: 210,
    reasoned: true,
    reasoning_tokens: 1,
    event_tokens: [1, 2, 1],
    output_tokens: 4,
    input_tokens: 10,
  }),
  failedRecord({ sent_ms: 150, stream_end_ms: 160, input_tokens: 30, input_tokens_source: 'tokenizer' }),
  streamed(1000, [1100, 1160], { input_tokens: 20 }),
  streamed(1150, [1200], { input_tokens: 12 }),
]

const base = sampleResult()

export const TOY_LEVEL: ExportedLevel = {
  run: {
    ...base,
    name: 'toy',
    config: { ...base.config, goodput_thresholds: { ttft_ms: 104, tpot_ms: 60 } },
  },
  level: { kind: 'concurrency', index: 0, concurrency: 2 },
}

/** The same requests, in the order they ended, as whole responses. */
export const TOY_WITHOUT_STREAM: readonly RequestRecord[] = TOY_RECORDS.map((record) => ({
  ...record,
  first_event_ms: null,
  first_token_ms: null,
  first_output_token_ms: null,
  event_ms: [],
  event_tokens: [],
}))
