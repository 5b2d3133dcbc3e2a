import type { Exchange, Meter, Usage } from '../backend.ts'
import { addRawText, addText } from '../event-text.ts'
import { type Piece, readError, readPiece } from './completion.ts'
import { EventTemplate, type TextKind } from './event-template.ts'
import { addContentEvent } from './exchange-state.ts'
import type { Failure } from './failure.ts'
import { missing, parseJson, quote, type ResponseReader } from './response-reader.ts'
import { SseScanner } from './sse-scanner.ts'

/** A stream whose events keep changing shape is parsed event by event. */
const MAX_TEMPLATES = 8

function mergeUsage(earlier: Usage | null, later: Usage): Usage {
  return {
    inputTokens: later.inputTokens ?? earlier?.inputTokens ?? null,
    outputTokens: later.outputTokens ?? earlier?.outputTokens ?? null,
    reasoningTokens: later.reasoningTokens ?? earlier?.reasoningTokens ?? null,
  }
}

/** A stream of server-sent events. An event is parsed unless it matches the template learned from an earlier one. */
export class StreamReader implements ResponseReader {
  readonly #exchange: Exchange
  readonly #meter: Meter
  readonly #scanner = new SseScanner((data, type) => this.#event(data, type))
  #template: EventTemplate | null = null
  #templates = 0
  #at = 0
  #total = 0
  #failure: Failure | null = null

  constructor(exchange: Exchange, meter: Meter) {
    this.#exchange = exchange
    this.#meter = meter
  }

  push(bytes: Buffer, start: number, end: number, at: number): Failure | null {
    this.#at = at
    for (let next = start; next < end && this.#failure === null; ) {
      const after = this.#scanner.betweenEvents ? this.#match(bytes, next, end) : -1
      next = after >= 0 ? after : this.#scanner.next(bytes, next, end)
    }
    return this.#failure
  }

  end(at: number): Failure | null {
    this.#at = at
    this.#scanner.end()
    return this.#failure ?? missing(this.#exchange, this.#exchange.eventCount)
  }

  /** Takes an event of the known shape. @returns where the next begins, or -1 */
  #match(bytes: Buffer, from: number, to: number): number {
    const template = this.#template
    const next = template?.match(bytes, from, to) ?? -1
    if (template === null || next < 0) return -1
    const { textStart, textEnd, completionTokens } = template
    addRawText(this.#exchange.text, bytes, textStart, textEnd)
    this.#content(template.kind, completionTokens)
    const { usage } = this.#exchange
    if (usage && !Number.isNaN(completionTokens)) usage.outputTokens = completionTokens
    return next
  }

  /** A content event. @param total output tokens so far as the server tells, NaN when it does not */
  #content(kind: TextKind, total: number): void {
    const exchange = this.#exchange
    addContentEvent(exchange, this.#at, total)
    if (kind === 'output' && Number.isNaN(exchange.firstOutputTokenAt)) exchange.firstOutputTokenAt = this.#at
    this.#meter.outputTokens += Number.isNaN(total) ? 1 : Math.max(0, total - this.#total)
    this.#total = Number.isNaN(total) ? this.#total : total
  }

  #event(data: Buffer, type: string): void {
    const body = data.toString('utf8')
    if (body === '[DONE]') return
    const exchange = this.#exchange
    if (Number.isNaN(exchange.firstEventAt)) exchange.firstEventAt = this.#at
    const parsed = parseJson(body)
    if ('failure' in parsed) {
      this.#failure = type === 'error' ? { outcome: 'STREAM_ERROR', message: quote(body) } : parsed.failure
      return
    }
    const error = readError(parsed.value) ?? (type === 'error' ? quote(body) : null)
    if (error) {
      this.#failure = { outcome: 'STREAM_ERROR', message: error }
      return
    }
    this.#piece(readPiece(parsed.value), data)
  }

  #piece(piece: Piece, data: Buffer): void {
    const exchange = this.#exchange
    const { output, reasoning, finishReason, usage } = piece
    if (usage) exchange.usage = mergeUsage(exchange.usage, usage)
    exchange.finishReason ??= finishReason
    if (output === null && reasoning === null) return
    addText(exchange.text, (reasoning ?? '') + (output ?? ''))
    this.#content(output === null ? 'reasoning' : 'output', usage?.outputTokens ?? Number.NaN)
    this.#learn(piece, data)
  }

  #learn({ output, reasoning, finishReason, usage }: Piece, data: Buffer): void {
    if (finishReason !== null || (output !== null && reasoning !== null) || this.#templates >= MAX_TEMPLATES)
      return
    this.#templates++
    const withUsage = typeof usage?.outputTokens === 'number'
    this.#template = EventTemplate.learn(
      data,
      output === null ? 'reasoning' : 'output',
      output ?? reasoning ?? '',
      withUsage,
    )
  }
}
