import type { RequestRecord } from '../request-record.ts'

/** A streamed request sent at 0 ms whose five one-token events arrive at 100, 110, 120, 130 and 140 ms. */
export function sampleRecord(changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    request_id: 'req-1',
    level_index: 0,
    index: 0,
    warmup: false,
    cooldown: false,
    intended_ms: null,
    sent_ms: 0,
    connect_ms: 0,
    first_event_ms: 99,
    first_token_ms: 100,
    first_output_token_ms: 100,
    reasoned: false,
    last_token_ms: 140,
    stream_end_ms: 141,
    event_ms: [100, 110, 120, 130, 140],
    event_tokens: [1, 1, 1, 1, 1],
    input_tokens: 10,
    input_tokens_source: 'usage',
    local_input_tokens: 10,
    output_tokens: 5,
    output_tokens_source: 'usage',
    local_output_tokens: null,
    server_output_tokens: null,
    reasoning_tokens: null,
    finish_reason: 'length',
    outcome: 'ok',
    http_status: 200,
    error_message: null,
    ...changes,
  }
}

/** A request that never got a token. */
export function failedRecord(changes: Partial<RequestRecord> = {}): RequestRecord {
  return sampleRecord({
    first_event_ms: null,
    first_token_ms: null,
    first_output_token_ms: null,
    last_token_ms: null,
    event_ms: [],
    event_tokens: [],
    input_tokens: null,
    input_tokens_source: null,
    output_tokens: null,
    output_tokens_source: null,
    finish_reason: null,
    outcome: 'HTTP_500',
    http_status: 500,
    error_message: 'internal error',
    ...changes,
  })
}
