import { Worker } from 'node:worker_threads'
import type { Encoding } from './encodings.ts'
import { TokenReply, type TokenRequest } from './token-messages.ts'

type Pending = { resolve: (reply: TokenReply) => void; reject: (error: Error) => void }
type Unsent<T> = T extends unknown ? Omit<T, 'id'> : never

/** In the repository the worker is TypeScript beside this file; built, it is a file of its own beside the bundle. */
const WORKER_FILE = import.meta.url.endsWith('.ts') ? './token-worker.ts' : './token-worker.js'

/** Counts tokens and writes prompts in a thread of its own, started on first use. */
export class Tokenizer {
  #worker: Worker | null = null
  readonly #pending = new Map<number, Pending>()
  #nextId = 0

  /** Prompts of exactly so many tokens each; the same seed and number give the same prompt. */
  async prompts(
    encoding: Encoding,
    seed: number,
    prompts: { number: number; tokens: number }[],
  ): Promise<string[]> {
    const reply = await this.#ask({ kind: 'prompts', encoding, seed, prompts })
    if (reply.kind !== 'prompts') throw new Error('the tokenizer gave the wrong reply')
    return reply.prompts
  }

  /** Tokens of a text that came in parts, in all and completed by each part. */
  async count(encoding: Encoding, parts: string[]): Promise<{ total: number; perPart: number[] }> {
    const reply = await this.#ask({ kind: 'count', encoding, parts })
    if (reply.kind !== 'count') throw new Error('the tokenizer gave the wrong reply')
    return { total: reply.total, perPart: reply.perPart }
  }

  /** Stops the thread; what is still asked of it rejects. */
  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  async #ask(request: Unsent<TokenRequest>): Promise<TokenReply> {
    const worker = this.#worker ?? this.#start()
    const id = this.#nextId++
    const reply = await new Promise<TokenReply>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      worker.ref()
      worker.postMessage({ ...request, id })
    })
    if (reply.kind === 'failed') throw new Error(`the tokenizer failed: ${reply.message}`)
    return reply
  }

  #start(): Worker {
    const worker = new Worker(new URL(WORKER_FILE, import.meta.url))
    this.#worker = worker
    worker.on('message', (message: unknown) => this.#settle(TokenReply.parse(message)))
    worker.on('error', (error) => this.#stopped(new Error('the tokenizer thread failed', { cause: error })))
    worker.on('exit', () => this.#stopped(new Error('the tokenizer thread has stopped')))
    return worker
  }

  #settle(reply: TokenReply): void {
    this.#pending.get(reply.id)?.resolve(reply)
    this.#pending.delete(reply.id)
    // An idle tokenizer does not keep the process alive.
    if (this.#pending.size === 0) this.#worker?.unref()
  }

  #stopped(error: Error): void {
    this.#worker = null
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }
}
