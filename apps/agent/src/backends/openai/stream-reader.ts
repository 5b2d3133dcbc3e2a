import type { Exchange, Meter, Usage } from '../backend.ts'
import type { EventLog } from '../event-log.ts'
import { type Piece, readError, readPiece } from './completion.ts'
import type { TextKind } from './event-template.ts'
import type { EventTemplates } from './event-templates.ts'
import type { Failure } from './failure.ts'
import { missing, parseJson, quote, type ResponseReader, type Verdict } from './response-reader.ts'
import { SseScanner } from './sse-scanner.ts'

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
  readonly #log: EventLog
  readonly #meter: Meter
  readonly #scanner = new SseScanner((bytes, start, end, type) => this.#event(bytes, start, end, type))
  readonly #templates: EventTemplates
  #at = 0
  #total = 0
  #verdict: Verdict = null

  constructor(exchange: Exchange, log: EventLog, meter: Meter, templates: EventTemplates) {
    this.#exchange = exchange
    this.#log = log
    this.#meter = meter
    this.#templates = templates
  }

  push(bytes: Buffer, start: number, end: number, at: number): Verdict {
    this.#at = at
    for (let next = start; next < end && this.#verdict === null; ) {
      const after = this.#scanner.betweenEvents ? this.#match(bytes, next, end) : -1
      next = after >= 0 ? after : this.#scanner.next(bytes, next, end)
    }
    return this.#verdict
  }

  end(at: number): Failure | null {
    this.#at = at
    this.#scanner.end()
    const verdict = this.#verdict
    return verdict === null || verdict === 'over' ? missing(this.#exchange, this.#log.count) : verdict
  }

  /** Takes an event of a known shape. @returns where the next begins, or -1 */
  #match(bytes: Buffer, from: number, to: number): number {
    const template = this.#templates.match(bytes, from, to)
    if (template === null) return -1
    const { kind, textStart, textEnd, completionTokens, next } = template
    if (Number.isNaN(this.#exchange.firstEventAt)) this.#exchange.firstEventAt = this.#at
    this.#log.rawText(bytes, textStart, textEnd, kind === 'output' ? textStart : textEnd)
    this.#content(kind, completionTokens)
    if (!Number.isNaN(completionTokens)) this.#count(completionTokens)
    return next
  }

  /** Usage that comes with every event: the last counts, if the stream's end does not tell. */
  #count(outputTokens: number): void {
    const { usage } = this.#exchange
    if (usage) usage.outputTokens = outputTokens
    else this.#exchange.usage = { inputTokens: null, outputTokens, reasoningTokens: null }
  }

  /** A content event. @param total output tokens so far as the server tells, NaN when it does not */
  #content(kind: TextKind, total: number): void {
    const exchange = this.#exchange
    this.#log.event(this.#at, total)
    if (kind === 'reasoning') exchange.reasoned = true
    else if (Number.isNaN(exchange.firstOutputTokenAt)) exchange.firstOutputTokenAt = this.#at
    this.#meter.outputTokens += Number.isNaN(total) ? 1 : Math.max(0, total - this.#total)
    this.#total = Number.isNaN(total) ? this.#total : total
  }

  #event(bytes: Buffer, start: number, end: number, type: string): void {
    const body = bytes.toString('utf8', start, end)
    if (body === '[DONE]') {
      this.#verdict = 'over'
      return
    }
    const exchange = this.#exchange
    if (Number.isNaN(exchange.firstEventAt)) exchange.firstEventAt = this.#at
    const parsed = parseJson(body)
    if ('failure' in parsed) {
      this.#verdict = type === 'error' ? { outcome: 'STREAM_ERROR', message: quote(body) } : parsed.failure
      return
    }
    const error = readError(parsed.value) ?? (type === 'error' ? quote(body) : null)
    if (error) {
      this.#verdict = { outcome: 'STREAM_ERROR', message: error }
      return
    }
    this.#piece(readPiece(parsed.value), bytes, start, end)
  }

  #piece(piece: Piece, bytes: Buffer, start: number, end: number): void {
    const exchange = this.#exchange
    const { output, reasoning, finishReason, usage } = piece
    if (usage) exchange.usage = mergeUsage(exchange.usage, usage)
    exchange.finishReason ??= finishReason
    if (output === null && reasoning === null) return
    if (reasoning !== null) exchange.reasoned = true
    this.#log.text(reasoning ?? '', output ?? '')
    this.#content(output === null ? 'reasoning' : 'output', usage?.outputTokens ?? Number.NaN)
    // An event that holds more than text, or an end, is of no shape that others share.
    if (finishReason !== null || (output !== null && reasoning !== null)) return
    const withUsage = typeof usage?.outputTokens === 'number'
    const kind = output === null ? 'reasoning' : 'output'
    this.#templates.learn(bytes.subarray(start, end), kind, output ?? reasoning ?? '', withUsage)
  }
}
