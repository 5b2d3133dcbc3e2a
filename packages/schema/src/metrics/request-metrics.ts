import type { RequestRecord } from '../request-record.ts'

const gap = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : to - from

/** Time to first token, ms: first_token − sent. null when the response was not streamed. */
export const ttftMs = (request: RequestRecord): number | null => gap(request.sent_ms, request.first_token_ms)

/** TTFT from the time the schedule intended, ms: free of coordinated omission. null in a closed loop. */
export const ttftIntendedMs = (request: RequestRecord): number | null =>
  gap(request.intended_ms, request.first_token_ms)

/** Time to first output token, ms, of a request that reasoned first; null for one that did not. */
export function ttfoMs(request: RequestRecord): number | null {
  return request.reasoned ? gap(request.sent_ms, request.first_output_token_ms) : null
}

/** End-to-end latency, ms: last_token − sent. */
export const e2eMs = (request: RequestRecord): number | null => gap(request.sent_ms, request.last_token_ms)

/** When the agent took the request up, ms: sent − connect. null when it never did (dropped, cancelled before). */
export function takenUpMs({ sent_ms, stream_end_ms, connect_ms }: RequestRecord): number | null {
  const connected = sent_ms ?? stream_end_ms
  return connected === null ? null : connected - (connect_ms ?? 0)
}

/** When the request began, ms: sent, or taken up when it found no connection to be sent on. */
export const begunMs = (request: RequestRecord): number | null => request.sent_ms ?? takenUpMs(request)

/** The agent's own part of the schedule lag, ms: sent − connect − intended; connecting takes the server's time. */
export const agentLagMs = (request: RequestRecord): number | null =>
  gap(request.intended_ms, takenUpMs(request))

/** Send-schedule lag, ms: sent − intended. null in a closed loop. */
export const scheduleLagMs = (request: RequestRecord): number | null =>
  gap(request.intended_ms, request.sent_ms)

/**
 * Time per output token after the first, ms: (last_token − first_token) / (n − 1), n = output tokens.
 * null when n < 2, or when all tokens came in one event, so that no decoding time could be seen.
 */
export function tpotMs(request: RequestRecord): number | null {
  const tokens = request.output_tokens
  const span = gap(request.first_token_ms, request.last_token_ms)
  if (span === null || tokens === null || tokens < 2 || request.event_ms.length < 2) return null
  return span / (tokens - 1)
}
