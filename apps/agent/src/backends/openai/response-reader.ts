import type { Exchange, Meter, Usage } from '../backend.ts'
import { readError, readPiece } from './completion.ts'
import { addContentEvent } from './exchange-state.ts'
import type { Failure } from './failure.ts'
import { SseScanner } from './sse-scanner.ts'

const MAX_BODY_BYTES = 64 * 1024 * 1024
/** Finish reasons by which a server says that it gave up on the request. */
const ABORTED = new Set(['abort', 'error'])

/** Reads a response body into an exchange. Each call returns a failure once the response is known to be one. */
export interface ResponseReader {
  /** @param at when the bytes arrived, ms on performance.now()'s clock */
  push(chunk: Buffer, at: number): Failure | null
  /** The body is complete. */
  end(at: number): Failure | null
}

function missing(exchange: Exchange, contentEvents: number): Failure | null {
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

function quote(body: string): string {
  return body.length > 200 ? `${body.slice(0, 200)}…` : body
}

/** Parses JSON, or says why it cannot be. */
function parse(body: string): { value: unknown } | { failure: Failure } {
  try {
    return { value: JSON.parse(body) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { failure: { outcome: 'JSON_PARSE_ERROR', message: `${reason}: ${quote(body)}` } }
  }
}

function mergeUsage(earlier: Usage | null, later: Usage): Usage {
  return {
    inputTokens: later.inputTokens ?? earlier?.inputTokens ?? null,
    outputTokens: later.outputTokens ?? earlier?.outputTokens ?? null,
    reasoningTokens: later.reasoningTokens ?? earlier?.reasoningTokens ?? null,
  }
}

/** A stream of server-sent events. */
export class StreamReader implements ResponseReader {
  readonly #exchange: Exchange
  readonly #meter: Meter
  readonly #scanner = new SseScanner((data, type) => this.#event(data, type))
  #at = 0
  #total = 0
  #failure: Failure | null = null

  constructor(exchange: Exchange, meter: Meter) {
    this.#exchange = exchange
    this.#meter = meter
  }

  push(chunk: Buffer, at: number): Failure | null {
    this.#at = at
    this.#scanner.push(chunk)
    return this.#failure
  }

  end(at: number): Failure | null {
    this.#at = at
    this.#scanner.end()
    return this.#failure ?? missing(this.#exchange, this.#exchange.eventCount)
  }

  #event(data: Buffer, type: string): void {
    if (this.#failure) return
    const body = data.toString('utf8')
    if (body === '[DONE]') return
    const exchange = this.#exchange
    if (Number.isNaN(exchange.firstEventAt)) exchange.firstEventAt = this.#at
    const parsed = parse(body)
    if ('failure' in parsed) {
      this.#failure = type === 'error' ? { outcome: 'STREAM_ERROR', message: quote(body) } : parsed.failure
      return
    }
    const error = readError(parsed.value) ?? (type === 'error' ? quote(body) : null)
    if (error) {
      this.#failure = { outcome: 'STREAM_ERROR', message: error }
      return
    }
    this.#piece(parsed.value)
  }

  #piece(value: unknown): void {
    const exchange = this.#exchange
    const { output, reasoning, finishReason, usage } = readPiece(value)
    if (usage) exchange.usage = mergeUsage(exchange.usage, usage)
    exchange.finishReason ??= finishReason
    if (output === null && reasoning === null) return
    const total = usage?.outputTokens ?? Number.NaN
    addContentEvent(exchange, this.#at, (reasoning ?? '') + (output ?? ''), total)
    if (output !== null && Number.isNaN(exchange.firstOutputTokenAt)) exchange.firstOutputTokenAt = this.#at
    this.#meter.outputTokens += Number.isNaN(total) ? 1 : Math.max(0, total - this.#total)
    this.#total = Number.isNaN(total) ? this.#total : total
  }
}

/** A response in one piece: it has an end but no time of a first token. */
export class WholeReader implements ResponseReader {
  readonly #exchange: Exchange
  readonly #meter: Meter
  readonly #chunks: Buffer[] = []
  #bytes = 0

  constructor(exchange: Exchange, meter: Meter) {
    this.#exchange = exchange
    this.#meter = meter
  }

  push(chunk: Buffer): Failure | null {
    this.#bytes += chunk.length
    if (this.#bytes > MAX_BODY_BYTES) {
      return {
        outcome: 'STREAM_ERROR',
        message: `the response is larger than ${MAX_BODY_BYTES / 2 ** 20} MiB`,
      }
    }
    this.#chunks.push(Buffer.from(chunk))
    return null
  }

  end(at: number): Failure | null {
    const exchange = this.#exchange
    const body = Buffer.concat(this.#chunks).toString('utf8')
    if (body.trim() === '') return missing(exchange, 0)
    const parsed = parse(body)
    if ('failure' in parsed) return parsed.failure
    const error = readError(parsed.value)
    if (error) return { outcome: 'STREAM_ERROR', message: error }
    const { output, reasoning, finishReason, usage } = readPiece(parsed.value)
    exchange.usage = usage
    exchange.finishReason = finishReason
    if (output === null && reasoning === null) return missing(exchange, 0)
    exchange.texts.push((reasoning ?? '') + (output ?? ''))
    exchange.lastTokenAt = at
    this.#meter.outputTokens += usage?.outputTokens ?? 0
    return missing(exchange, 1)
  }
}

/** The body of an HTTP error: only its message is wanted. */
export class ErrorReader implements ResponseReader {
  readonly #status: number
  readonly #chunks: Buffer[] = []
  #bytes = 0

  constructor(status: number) {
    this.#status = status
  }

  push(chunk: Buffer): Failure | null {
    if (this.#bytes < 64 * 1024) this.#chunks.push(Buffer.from(chunk))
    this.#bytes += chunk.length
    return null
  }

  end(): Failure {
    const body = Buffer.concat(this.#chunks).toString('utf8')
    const parsed = parse(body)
    const message = 'value' in parsed ? readError(parsed.value) : null
    const outcome = `HTTP_${this.#status}` as const
    return { outcome, message: message ?? (body.trim() || `the server answered ${this.#status}`) }
  }
}
