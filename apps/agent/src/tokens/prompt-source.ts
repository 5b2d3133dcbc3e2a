import type { RunDefinition } from '@llm-loadtest/schema'
import { createRandom } from '../random.ts'
import { chooseEncoding } from './encodings.ts'
import { lengthDrawer } from './lengths.ts'
import type { Tokenizer } from './tokenizer.ts'

export type Prompt = { text: string; tokens: number; maxTokens: number }

/** Prompts asked of the tokenizer at once, fewer when they are long. */
const BATCH = 64
const BATCH_TOKENS = 65_536
/** Prompts kept ready: a level of at most this many requests has all of them before it starts. */
export const MAX_AHEAD = 2000
const MAX_AHEAD_TOKENS = 4_000_000
/** Used prompts are let go in blocks: taking each from the front would move all the rest. */
const BLOCK = 64

/** Which prompts of a run a source gives: every `step`-th from `first`, so that no two sources give the same one. */
export type PromptNumbers = { first: number; step: number; count: number | null }

/** Prompts written ahead of their use, off the timing thread. */
export class PromptSource<T> {
  readonly #ready: T[] = []
  readonly #waiting: { resolve: (item: T) => void; reject: (error: Error) => void }[] = []
  readonly #next: () => Promise<T[]>
  readonly #target: number
  #left: number
  #filling: Promise<void> | null = null
  #failure: Error | null = null
  #used = 0

  /** @param make turns a prompt into what is kept ready, such as a serialised request */
  constructor(
    run: RunDefinition,
    tokenizer: Tokenizer,
    numbers: PromptNumbers,
    make: (prompt: Prompt) => T,
    reserve: number,
  ) {
    const { encoding } = chooseEncoding(run)
    const input = lengthDrawer(run.input_len, createRandom(run.seed, numbers.first, 2))
    const output = lengthDrawer(run.output_len, createRandom(run.seed, numbers.first, 3))
    let index = 0
    this.#left = numbers.count ?? Number.POSITIVE_INFINITY
    const meanTokens = typeof run.input_len === 'number' ? run.input_len : run.input_len.mean
    const ahead = Math.min(Math.max(MAX_AHEAD, reserve), Math.ceil(MAX_AHEAD_TOKENS / meanTokens))
    const batchSize = Math.min(BATCH, Math.ceil(BATCH_TOKENS / meanTokens))
    this.#target = Math.min(this.#left, ahead)
    this.#next = async () => {
      const batch = Array.from({ length: Math.min(batchSize, this.#left) }, () => ({
        number: numbers.first + index++ * numbers.step,
        tokens: input(),
        maxTokens: output(),
      }))
      this.#left -= batch.length
      const ask = batch.map(({ number, tokens }) => ({ number, tokens }))
      const texts = await tokenizer.prompts(encoding, run.seed, ask)
      return batch.map(({ tokens, maxTokens }, i) => make({ text: texts[i] ?? '', tokens, maxTokens }))
    }
  }

  /** Resolves when at least so many prompts, or all there will be, are ready, or when the signal aborts. */
  async prefill(count: number, signal: AbortSignal): Promise<void> {
    const wanted = Math.min(count, this.#target)
    while (this.#ready.length < wanted && this.#left > 0 && !signal.aborted) await this.#fill()
    if (this.#failure) throw this.#failure
  }

  /** The next prompt, or null when none is ready. */
  take(): T | null {
    // Far below its mark the store is topped up, while the requests go on.
    if (this.#left > 0 && this.#ready.length - this.#used < this.#target / 2) void this.#topUp()
    const item = this.#ready[this.#used]
    if (item === undefined) return null
    if (++this.#used >= BLOCK) {
      this.#ready.splice(0, this.#used)
      this.#used = 0
    }
    return item
  }

  /** The next prompt, waited for. */
  next(): Promise<T> {
    const item = this.take()
    if (item !== null) return Promise.resolve(item)
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  async #topUp(): Promise<void> {
    while (!this.#filling && !this.#failure && this.#left > 0 && this.#ready.length < this.#target) {
      await this.#fill()
    }
  }

  async #fill(): Promise<void> {
    this.#filling ??= this.#next().then(
      (items) => {
        this.#filling = null
        this.#ready.push(...items)
        this.#serve()
      },
      (error: unknown) => {
        this.#filling = null
        this.#failure = error instanceof Error ? error : new Error(String(error))
        this.#left = 0
        for (const { reject } of this.#waiting.splice(0)) reject(this.#failure)
      },
    )
    await this.#filling
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      const item = this.take()
      if (item === null) return
      this.#waiting.shift()?.resolve(item)
    }
  }
}
