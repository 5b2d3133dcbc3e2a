import type { MessagePort } from 'node:worker_threads'
import type { TokenizerName } from './encodings.ts'
import {
  type DatasetRef,
  type DatasetSummary,
  type DatasetTurn,
  type PromptOrder,
  TokenReply,
  type TokenRequest,
} from './token-messages.ts'

type Pending = { resolve: (reply: TokenReply) => void; reject: (error: Error) => void }
type Unsent<T> = T extends unknown ? Omit<T, 'id'> : never
type RequestOf<K extends TokenRequest['kind']> = Omit<Extract<TokenRequest, { kind: K }>, 'id' | 'kind'>

/** Asks the token thread, from any thread: many clients share the one tokenizer. */
export class TokenClient {
  readonly #port: MessagePort
  readonly #pending = new Map<number, Pending>()
  #nextId = 0
  #closed = false

  /** @param port as Tokenizer.connect gives it */
  constructor(port: MessagePort) {
    this.#port = port
    port.on('message', (message: unknown) => this.#settle(TokenReply.parse(message)))
    port.on('close', () => this.#stopped())
    port.unref()
  }

  /** Prompts of exactly so many tokens each; the same seed and number give the same prompt. */
  async prompts(tokenizer: TokenizerName, seed: number, prompts: PromptOrder[]): Promise<string[]> {
    const reply = await this.#ask({ kind: 'prompts', tokenizer, seed, prompts })
    if (reply.kind !== 'prompts') throw new Error('the tokenizer gave the wrong reply')
    return reply.prompts
  }

  /** Tokens of a text that came in parts, in all and completed by each part. */
  async count(tokenizer: TokenizerName, parts: string[]): Promise<{ total: number; perPart: number[] }> {
    const reply = await this.#ask({ kind: 'count', tokenizer, parts })
    if (reply.kind !== 'count') throw new Error('the tokenizer gave the wrong reply')
    return { total: reply.total, perPart: reply.perPart }
  }

  /** Reads and checks a dataset at the start of a run. Rejects with what is wrong with it, and where. */
  async openDataset(dataset: DatasetRef): Promise<DatasetSummary> {
    const reply = await this.#ask({ kind: 'open_dataset', dataset })
    if (reply.kind !== 'open_dataset') throw new Error('the tokenizer gave the wrong reply')
    return reply.summary
  }

  /** The requests of a dataset's records, in turns of a conversation or one each. */
  async records(request: RequestOf<'records'>): Promise<DatasetTurn[][]> {
    const reply = await this.#ask({ kind: 'records', ...request })
    if (reply.kind !== 'records') throw new Error('the tokenizer gave the wrong reply')
    return reply.records
  }

  /** Ends the connection; what is still asked over it rejects. */
  close(): void {
    this.#port.close()
  }

  async #ask(request: Unsent<TokenRequest>): Promise<TokenReply> {
    if (this.#closed) throw new Error('the tokenizer thread has stopped')
    const id = this.#nextId++
    const reply = await new Promise<TokenReply>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      this.#port.ref()
      this.#port.postMessage({ ...request, id })
    })
    if (reply.kind === 'failed') throw new Error(reply.message)
    return reply
  }

  #settle(reply: TokenReply): void {
    this.#pending.get(reply.id)?.resolve(reply)
    this.#pending.delete(reply.id)
    // An idle client does not keep its thread alive.
    if (this.#pending.size === 0) this.#port.unref()
  }

  #stopped(): void {
    this.#closed = true
    for (const { reject } of this.#pending.values()) reject(new Error('the tokenizer thread has stopped'))
    this.#pending.clear()
  }
}
