import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { TokenizerName } from './encodings.ts'
import { TokenClient } from './token-client.ts'
import type { PromptOrder, TokenConnection } from './token-messages.ts'

/** In the repository the worker is TypeScript beside this file; built, it is a file of its own beside the bundle. */
const WORKER_FILE = import.meta.url.endsWith('.ts') ? './token-worker.ts' : './token-worker.js'

/** The thread that counts tokens and prepares prompts, started on first use, and a client of it. */
export class Tokenizer {
  #worker: Worker | null = null
  #client: TokenClient | null = null

  /** A connection to the thread, for a TokenClient here or in a thread that the port is transferred to. */
  connect(): MessagePort {
    this.#worker ??= this.#start()
    const { port1, port2 } = new MessageChannel()
    this.#worker.postMessage({ port: port1 } satisfies TokenConnection, [port1])
    return port2
  }

  /** This thread's own client. */
  get client(): TokenClient {
    this.#client ??= new TokenClient(this.connect())
    return this.#client
  }

  /** As TokenClient's. */
  prompts(tokenizer: TokenizerName, seed: number, prompts: PromptOrder[]): Promise<string[]> {
    return this.client.prompts(tokenizer, seed, prompts)
  }

  /** As TokenClient's. */
  count(tokenizer: TokenizerName, parts: string[]): Promise<{ total: number; perPart: number[] }> {
    return this.client.count(tokenizer, parts)
  }

  /** Stops the thread; what is still asked of it rejects. */
  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(new URL(WORKER_FILE, import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    })
    // What is being asked of the thread keeps the process alive, the thread alone does not.
    worker.unref()
    // Its clients learn only that it has stopped.
    worker.on('error', (error) => process.emitWarning(error))
    worker.on('exit', () => {
      this.#worker = null
      this.#client = null
    })
    return worker
  }
}
