import type { RequestRecord } from '@llm-loadtest/schema'
import type { Exchange } from '../backends/backend.ts'
import type { EndedRequest } from '../crew/ended-request.ts'
import { printable } from '../printable.ts'
import { apportion } from '../tokens/apportion.ts'
import type { EncodingChoice } from '../tokens/encodings.ts'
import { serverCount } from './server-count.ts'

export type LocalCount = { total: number; perPart: number[] }

/** Whether the output must be counted here: the server gave no count, or does not tell which event carried how many. */
export function needsLocalCount(request: EndedRequest): boolean {
  const { outcome, text, eventCount } = request.exchange
  if (outcome !== 'ok' || text.ends.length === 0) return false
  const { total, eventTotals } = serverCount(request, null)
  return total === null || (eventCount > 0 && eventTotals === null && total !== eventCount)
}

/** Tokens of each of so many content events, whose output has `output` tokens. */
function eventTokens(
  eventCount: number,
  eventTotals: Uint32Array | null,
  output: number | null,
  counted: LocalCount | null,
): number[] {
  if (eventTotals) {
    let before = 0
    return Array.from(eventTotals.subarray(0, eventCount), (total) => {
      const tokens = Math.max(0, total - before)
      before = Math.max(before, total)
      return tokens
    })
  }
  if (counted && eventCount > 0) return apportion(output ?? counted.total, counted.perPart)
  return new Array<number>(eventCount).fill(1)
}

function outputTokens(total: number | null, counted: LocalCount | null, source: EncodingChoice['source']) {
  if (total !== null) return { output_tokens: total, output_tokens_source: 'usage' } as const
  if (counted) return { output_tokens: counted.total, output_tokens_source: source }
  return { output_tokens: null, output_tokens_source: null }
}

/** To the microsecond: finer digits are noise, and the records are stored by the million. */
const round = (ms: number): number => Math.round(ms * 1000) / 1000

/** Times after the sending, ms, in an array that holds plain doubles: a run keeps millions of them. */
function eventTimes({ eventAt, eventCount, sentAt }: Exchange): number[] {
  const times = new Array<number>(eventCount)
  for (let i = 0; i < eventCount; i++) times[i] = round((eventAt[i] ?? Number.NaN) - sentAt)
  return times
}

/**
 * The record of a request.
 * @param runStart the run's start on the clock of the request's times, ms: the record's times count from it
 * @param counted the output's local count where needsLocalCount asked for one
 */
export function requestRecord(
  request: EndedRequest,
  runStart: number,
  source: EncodingChoice['source'],
  counted: LocalCount | null,
): RequestRecord {
  const { exchange } = request
  const since = (at: number): number | null => (Number.isNaN(at) ? null : round(at - runStart))
  const sent = since(exchange.sentAt)
  const input = exchange.usage?.inputTokens ?? null
  const server = serverCount(request, counted?.total ?? null)
  const output = outputTokens(server.total, counted, source)
  return {
    request_id: request.requestId,
    level_index: request.levelIndex,
    index: request.index,
    warmup: request.warmup,
    cooldown: request.coolDown,
    intended_ms: request.intendedAt === null ? null : round(request.intendedAt - runStart),
    sent_ms: sent,
    connect_ms: Number.isNaN(exchange.connectMs) ? null : round(exchange.connectMs),
    first_event_ms: since(exchange.firstEventAt),
    first_token_ms: since(exchange.firstTokenAt),
    first_output_token_ms: since(exchange.firstOutputTokenAt),
    reasoned: exchange.reasoned,
    last_token_ms: since(exchange.lastTokenAt),
    stream_end_ms: since(exchange.endedAt),
    event_ms: eventTimes(exchange),
    event_tokens: eventTokens(exchange.eventCount, server.eventTotals, output.output_tokens, counted),
    input_tokens: input ?? request.promptTokens,
    input_tokens_source: input === null ? source : 'usage',
    local_input_tokens: request.promptTokens,
    ...output,
    local_output_tokens: counted?.total ?? null,
    server_output_tokens: server.refused,
    reasoning_tokens: exchange.usage?.reasoningTokens ?? null,
    finish_reason: exchange.finishReason === null ? null : printable(exchange.finishReason.slice(0, 100)),
    outcome: exchange.outcome,
    http_status: exchange.httpStatus,
    error_message: exchange.errorMessage,
  }
}
