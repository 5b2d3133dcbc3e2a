import type { Endpoint } from '../http/completion-request.ts'

/** What every chunk of one response has in common. `created` is in seconds since the epoch. */
export type ChunkIdentity = { endpoint: Endpoint; id: string; model: string; created: number }
export type TextField = 'content' | 'reasoning_content'

/**
 * Builds the server-sent events of one response. What does not change is rendered once, so that a token costs one concatenation;
 * texts must need no escaping in JSON. `usage` is the JSON of a usage object, or null for none.
 */
export class ChunkFormat {
  readonly #endpoint: Endpoint
  readonly #head: string
  readonly #lineEnd: string
  readonly #eventEnd: string

  constructor(identity: ChunkIdentity, lineEnd: '\n' | '\r\n') {
    const object = identity.endpoint === 'chat' ? 'chat.completion.chunk' : 'text_completion'
    const common = JSON.stringify({
      id: identity.id,
      object,
      created: identity.created,
      model: identity.model,
    })
    this.#endpoint = identity.endpoint
    this.#head = `data: ${common.slice(0, -1)},"choices":[`
    this.#lineEnd = lineEnd
    this.#eventEnd = lineEnd + lineEnd
  }

  /** The event that opens a chat: a role and no text. */
  role(usage: string | null): string {
    return this.#chunk(
      '{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}',
      usage,
    )
  }

  /** An event with text, and the finish reason where it is the last. Completions have `content` only. */
  text(field: TextField, text: string, finishReason: string | null, usage: string | null): string {
    const reason = finishReason === null ? 'null' : `"${finishReason}"`
    const choice =
      this.#endpoint === 'chat'
        ? `{"index":0,"delta":{"${field}":"${text}"},"logprobs":null,"finish_reason":${reason}}`
        : `{"index":0,"text":"${text}","logprobs":null,"finish_reason":${reason}}`
    return this.#chunk(choice, usage)
  }

  /** The event after the last text: no choice, only the usage. */
  usage(usage: string): string {
    return this.#chunk('', usage)
  }

  /** An event whose data is the given JSON, or what is meant to pass for it. */
  data(json: string): string {
    return `data: ${json}${this.#eventEnd}`
  }

  /** The given event with its JSON cut in the middle. */
  cutShort(event: string): string {
    return event.slice(0, Math.floor(event.length / 2)) + this.#eventEnd
  }

  /** A comment, which a client has to pass over. */
  comment(): string {
    return `: keep-alive${this.#lineEnd}${this.#lineEnd}`
  }

  done(): string {
    return this.data('[DONE]')
  }

  #chunk(choice: string, usage: string | null): string {
    return `${this.#head}${choice}]${usage === null ? '' : `,"usage":${usage}`}}${this.#eventEnd}`
  }
}
