import { endNow, writeNow } from '../http/respond.ts'
import type { FinishReason } from '../metrics/vllm-metrics.ts'
import { toEpochMs } from '../trace/trace-store.ts'
import { ChunkFormat } from './chunk-format.ts'
import { EVENT_ERROR_BODY, type Output, type OutputContext, type TokenResult } from './output.ts'
import { usageText } from './usage-text.ts'

type TokenEvent = { text: string; tokens: number }

/** A response as server-sent events: one write for each step that has an event to send. */
export class StreamOutput implements Output {
  readonly #context: OutputContext
  readonly #format: ChunkFormat
  #sent = 0
  #held: string[] = []
  #roleSent: boolean

  constructor(context: OutputContext) {
    this.#context = context
    this.#format = new ChunkFormat(context.identity, context.shape.lineEnd)
    this.#roleSent = context.request.endpoint === 'completions'
  }

  open(): void {
    const { res, shape, recorder } = this.#context
    res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
    if (recorder !== null) recorder.trace.headers_sent_at = toEpochMs(performance.now())
    res.flushHeaders()
    const opening =
      (shape.comments ? this.#format.comment() : '') + (shape.roleWithHeaders ? this.#role() : '')
    if (opening !== '') writeNow(res, opening)
  }

  token(word: string, finishReason: FinishReason | null): TokenResult {
    const { shape } = this.#context
    this.#held.push(word)
    const ordinal = this.#sent + this.#held.length
    const broken = shape.breakAt?.token === ordinal ? shape.breakAt.kind : null
    if (broken !== null && broken !== 'malformed-json') return this.#break(broken)
    if (finishReason !== null) return this.#finish(finishReason, broken !== null)
    // Reasoning and answer never share an event, and a broken event carries the one token it is about.
    const full = this.#held.length >= shape.tokensPerEvent
    if (full) this.#send(this.#takeEvent(null, broken !== null))
    return 'more'
  }

  endEmpty(): void {
    endNow(this.#context.res, this.#format.done())
  }

  #break(kind: 'stall' | 'cut' | 'error-event'): TokenResult {
    const event = this.#takeEvent(null, false)
    if (kind === 'error-event') {
      this.#sendLast(event, this.#format.data(EVENT_ERROR_BODY) + this.#format.done())
      return 'broken'
    }
    this.#send(event)
    if (kind === 'cut') this.#context.res.socket?.destroy()
    return 'broken'
  }

  #finish(finishReason: FinishReason, malformed: boolean): TokenResult {
    const { shape, request } = this.#context
    const event = this.#takeEvent(shape.finish ? finishReason : null, malformed)
    const usage = shape.usage && request.includeUsage ? this.#format.usage(this.#usage()) : ''
    this.#sendLast(event, shape.finish ? usage + this.#format.done() : '')
    return 'complete'
  }

  #send(event: TokenEvent): void {
    const { res, recorder } = this.#context
    const sentAtMs = writeNow(res, event.text)
    recorder?.tokensSent(sentAtMs, event.tokens)
  }

  #sendLast(event: TokenEvent, ending: string): void {
    const { res, recorder } = this.#context
    const sentAtMs = endNow(res, event.text + ending)
    recorder?.tokensSent(sentAtMs, event.tokens)
  }

  #takeEvent(finishReason: FinishReason | null, malformed: boolean): TokenEvent {
    const { shape, request } = this.#context
    const tokens = this.#held.length
    // Read before the count goes up: vLLM's role event says 0 completion tokens.
    const role = this.#roleSent ? '' : this.#role()
    this.#sent += tokens
    const field = this.#sent <= shape.reasoningTokens ? 'reasoning_content' : 'content'
    const usage = shape.usage && request.continuousUsage ? this.#usage() : null
    const event = this.#format.text(field, this.#held.join(''), finishReason, usage)
    this.#held = []
    const comment = shape.comments ? this.#format.comment() : ''
    return { text: role + comment + (malformed ? this.#format.cutShort(event) : event), tokens }
  }

  #role(): string {
    const { shape, request } = this.#context
    this.#roleSent = true
    return this.#format.role(shape.usage && request.continuousUsage ? this.#usage() : null)
  }

  #usage(): string {
    const { promptTokens, shape } = this.#context
    return usageText(promptTokens, this.#sent, Math.min(this.#sent, shape.reasoningTokens))
  }
}
