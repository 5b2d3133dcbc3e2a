import type { Exchange, Meter } from '../backend.ts'
import type { EventLog } from '../event-log.ts'
import type { ResponseHead } from '../http/response-head.ts'
import { readError, readPiece } from './completion.ts'
import type { Failure } from './failure.ts'

const MAX_BODY_BYTES = 64 * 1024 * 1024
const MAX_ERROR_BYTES = 64 * 1024
/** Finish reasons by which a server says that it gave up on the request. */
const ABORTED = new Set(['abort', 'error'])

/** What is known of a response before its body ends: that it failed, or that it is over; null while it goes on. */
export type Verdict = Failure | 'over' | null

/** Reads a response body into an exchange. Each call returns a failure once the response is known to be one. */
export interface ResponseReader {
  /** Takes bytes[start, end), which are lent. @param at when they arrived, ms on performance.now()'s clock */
  push(bytes: Buffer, start: number, end: number, at: number): Verdict
  /** The body is complete, or what it says is over. */
  end(at: number): Failure | null
}

/** What is wrong with a response that came to its end; null when nothing is. */
export function missing(exchange: Exchange, contentEvents: number): Failure | null {
  if (contentEvents === 0) return { outcome: 'EMPTY', message: 'the response holds no token' }
  if (exchange.finishReason === null) {
    return { outcome: 'TRUNCATED', message: 'the response ended without a finish reason' }
  }
  if (ABORTED.has(exchange.finishReason)) {
    return {
      outcome: 'STREAM_ERROR',
      message: `the server ended the response with finish reason "${exchange.finishReason}"`,
    }
  }
  return null
}

export function quote(body: string): string {
  return body.length > 200 ? `${body.slice(0, 200)}…` : body
}

/** Parses JSON, or says why it cannot be. */
export function parseJson(body: string): { value: unknown } | { failure: Failure } {
  try {
    return { value: JSON.parse(body) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { failure: { outcome: 'JSON_PARSE_ERROR', message: `${reason}: ${quote(body)}` } }
  }
}

/** A response in one piece: it has an end but no time of a first token. */
export class WholeReader implements ResponseReader {
  readonly #exchange: Exchange
  readonly #log: EventLog
  readonly #meter: Meter
  readonly #chunks: Buffer[] = []
  #bytes = 0

  constructor(exchange: Exchange, log: EventLog, meter: Meter) {
    this.#exchange = exchange
    this.#log = log
    this.#meter = meter
  }

  push(bytes: Buffer, start: number, end: number): Failure | null {
    this.#bytes += end - start
    if (this.#bytes > MAX_BODY_BYTES) {
      return {
        outcome: 'STREAM_ERROR',
        message: `the response is larger than ${MAX_BODY_BYTES / 2 ** 20} MiB`,
      }
    }
    this.#chunks.push(Buffer.from(bytes.subarray(start, end)))
    return null
  }

  end(at: number): Failure | null {
    const exchange = this.#exchange
    const body = Buffer.concat(this.#chunks).toString('utf8')
    if (body.trim() === '') return missing(exchange, 0)
    const parsed = parseJson(body)
    if ('failure' in parsed) return parsed.failure
    const error = readError(parsed.value)
    if (error) return { outcome: 'STREAM_ERROR', message: error }
    const { output, reasoning, finishReason, usage } = readPiece(parsed.value)
    exchange.usage = usage
    exchange.finishReason = finishReason
    if (output === null && reasoning === null) return missing(exchange, 0)
    exchange.reasoned = reasoning !== null
    this.#log.text(reasoning ?? '', output ?? '')
    exchange.lastTokenAt = at
    this.#meter.outputTokens += usage?.outputTokens ?? 0
    return missing(exchange, 1)
  }
}

/** The body of an HTTP error: only its message is wanted, and no more is waited for than a message can be. */
export class ErrorReader implements ResponseReader {
  readonly #head: ResponseHead
  readonly #chunks: Buffer[] = []
  #bytes = 0

  constructor(head: ResponseHead) {
    this.#head = head
  }

  push(bytes: Buffer, start: number, end: number): Failure | null {
    this.#chunks.push(Buffer.from(bytes.subarray(start, end)))
    this.#bytes += end - start
    return this.#bytes < MAX_ERROR_BYTES ? null : this.end()
  }

  end(): Failure {
    const { status, headers } = this.#head
    const outcome = `HTTP_${status}` as const
    const location = headers.get('location')
    if (status < 400 && location !== undefined) {
      return { outcome, message: `the server redirects to ${location}: measure at that address` }
    }
    const retryAfter = headers.get('retry-after')
    const wait = retryAfter === undefined ? '' : ` (Retry-After: ${retryAfter})`
    return { outcome, message: `${this.#message()}${wait}` }
  }

  #message(): string {
    const body = Buffer.concat(this.#chunks).toString('utf8')
    const parsed = parseJson(body)
    const message = 'value' in parsed ? readError(parsed.value) : null
    return message ?? (body.trim() || `the server answered ${this.#head.status}`)
  }
}
