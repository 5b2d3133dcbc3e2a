import { endNow, writeNow } from '../http/respond.ts'
import type { FinishReason } from '../metrics/vllm-metrics.ts'
import { toEpochMs } from '../trace/trace-store.ts'
import { EVENT_ERROR_BODY, type Output, type OutputContext, type TokenResult } from './output.ts'
import { usageText } from './usage-text.ts'

/** A response as one JSON body, sent when the last token is there. */
export class BufferedOutput implements Output {
  readonly #context: OutputContext
  readonly #words: string[] = []

  constructor(context: OutputContext) {
    this.#context = context
  }

  open(): void {
    // Nothing goes out before the whole body does.
  }

  token(word: string, finishReason: FinishReason | null): TokenResult {
    this.#words.push(word)
    if (finishReason === null) return 'more'
    const { shape } = this.#context
    const body = this.#body(shape.finish ? finishReason : null)
    switch (shape.breakAt?.kind) {
      case 'stall':
        return this.#sendHalf(body)
      case 'cut':
        this.#sendHalf(body)
        this.#context.res.socket?.destroy()
        return 'broken'
      case 'malformed-json':
        this.#send(body.slice(0, body.length / 2))
        return 'complete'
      case 'error-event':
        this.#send(EVENT_ERROR_BODY)
        return 'broken'
      default:
        this.#send(body)
        return 'complete'
    }
  }

  endEmpty(): void {
    this.#send(this.#body('stop'))
  }

  #sendHalf(body: string): TokenResult {
    this.#writeHead(body)
    this.#sent(writeNow(this.#context.res, body.slice(0, body.length / 2)))
    return 'broken'
  }

  #send(body: string): void {
    this.#writeHead(body)
    this.#sent(endNow(this.#context.res, body))
  }

  #writeHead(body: string): void {
    this.#context.res.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
  }

  #sent(atMs: number): void {
    const { recorder } = this.#context
    if (recorder === null) return
    recorder.trace.headers_sent_at = toEpochMs(atMs)
    if (this.#words.length > 0) recorder.tokensSent(atMs, this.#words.length)
  }

  #body(finishReason: FinishReason | null): string {
    const { identity, request, shape, promptTokens } = this.#context
    const chat = request.endpoint === 'chat'
    const text = this.#words.slice(shape.reasoningTokens).join('')
    const reasoning = this.#words.slice(0, shape.reasoningTokens).join('')
    const message = {
      role: 'assistant',
      content: text,
      ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    }
    const choice = {
      index: 0,
      ...(chat ? { message } : { text }),
      logprobs: null,
      finish_reason: finishReason,
    }
    const { id, created, model } = identity
    const object = chat ? 'chat.completion' : 'text_completion'
    const body = JSON.stringify({ id, object, created, model, choices: [choice] })
    if (!shape.usage) return body
    return `${body.slice(0, -1)},"usage":${usageText(promptTokens, this.#words.length, shape.reasoningTokens)}}`
  }
}
