import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { CountReply, type CountRequest } from './count-messages.ts'

type Pending = { resolve: (tokens: number) => void; reject: (error: Error) => void }

/** Counts o200k_base tokens in a thread of its own: a prompt of megabytes must not hold up the streams. */
export class TokenCounter {
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  #nextId = 0
  #latest: Promise<unknown> = Promise.resolve()
  #failure: Error | null = null

  private constructor(worker: Worker) {
    this.#worker = worker
    worker.on('message', (message: unknown) => this.#settle(CountReply.parse(message)))
    worker.on('error', (error) => this.#fail(new Error('the token counter failed', { cause: error })))
    worker.on('exit', () => this.#fail(new Error('the token counter has stopped')))
  }

  /** Starts the thread and resolves once the token ranks are loaded. Rejects with what stopped it. */
  static async start(): Promise<TokenCounter> {
    const worker = new Worker(new URL('./count-worker.ts', import.meta.url))
    await once(worker, 'message')
    return new TokenCounter(worker)
  }

  /** Counts each text on its own and resolves with the sum. Rejects where the thread has stopped. */
  count(texts: string[]): Promise<number> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    const id = this.#nextId++
    const counted = new Promise<number>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      this.#worker.postMessage({ id, texts } satisfies CountRequest)
    })
    this.#latest = counted
    return counted
  }

  /** Stops the thread once the counts under way are done. */
  async close(): Promise<void> {
    // They are counted in order, so the latest is the last.
    await Promise.allSettled([this.#latest])
    await this.#worker.terminate()
  }

  #settle({ id, tokens }: CountReply): void {
    this.#pending.get(id)?.resolve(tokens)
    this.#pending.delete(id)
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const { reject } of this.#pending.values()) reject(this.#failure)
    this.#pending.clear()
  }
}
