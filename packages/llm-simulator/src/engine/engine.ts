import type { Random } from '../random.ts'
import type { EngineConfig } from './engine-config.ts'
import { KvCache } from './kv-cache.ts'

/** What a request asks of the engine. */
export type SequenceSpec = { id: string; promptTokens: number; outputTokens: number }

/** One request inside the engine. `computed` counts the tokens whose KV entries exist. */
export type Sequence = SequenceSpec & {
  state: 'waiting' | 'running' | 'finished' | 'cancelled'
  generated: number
  computed: number
  blocks: number
  /** When it first entered a batch, on the engine's clock; null while it has not. */
  admittedAtMs: number | null
}

type Scheduled = { sequence: Sequence; tokens: number }

function totalTokens(sequence: Sequence): number {
  return Math.max(1, sequence.promptTokens) + sequence.generated
}

/**
 * A continuous-batching engine with chunked prefill, in the manner of vLLM's V1 scheduler, without time of its own:
 * the caller starts a step at a time it names, learns when it is due, and completes it then. In a step every scheduled
 * sequence computes some of its missing tokens, and one that has computed them all gains one output token. A
 * sequence that finds the KV cache full preempts the youngest, which starts over from the head of the queue.
 */
export class Engine {
  readonly #config: EngineConfig
  readonly #random: Random
  readonly #cache: KvCache
  readonly #waiting: Sequence[] = []
  readonly #running: Sequence[] = []
  #step: Scheduled[] | null = null
  #preemptions = 0

  constructor(config: EngineConfig, random: Random) {
    this.#config = config
    this.#random = random
    this.#cache = new KvCache(config.kvCacheTokens)
  }

  /** Sequences in the batch, in the queue, the share of the KV cache in use (0 to 1), and preemptions so far. */
  get load(): { running: number; waiting: number; kvCacheUsage: number; preemptions: number } {
    return {
      running: this.#running.length,
      waiting: this.#waiting.length,
      kvCacheUsage: this.#cache.usage,
      preemptions: this.#preemptions,
    }
  }

  /** True between `startStep` and `completeStep`. */
  get stepping(): boolean {
    return this.#step !== null
  }

  /** Queues a sequence; it enters a batch in the first step that has room for it. */
  submit(spec: SequenceSpec): Sequence {
    const sequence: Sequence = {
      ...spec,
      state: 'waiting',
      generated: 0,
      computed: 0,
      blocks: 0,
      admittedAtMs: null,
    }
    this.#waiting.push(sequence)
    return sequence
  }

  /** Takes a sequence out, wherever it is; it gains no more tokens. Does nothing to one that has ended. */
  cancel(sequence: Sequence): void {
    const list = sequence.state === 'waiting' ? this.#waiting : this.#running
    const index = list.indexOf(sequence)
    if (index === -1) return
    list.splice(index, 1)
    this.#cache.release(sequence)
    sequence.state = 'cancelled'
  }

  /** Plans a batch and starts its step; returns when the step is due (ms), or null where there is nothing to do. */
  startStep(startMs: number): number | null {
    if (this.#step !== null) throw new Error('a step is already under way: complete it first')
    const scheduled = this.#schedule(startMs)
    if (scheduled.length === 0) return null
    this.#step = scheduled
    return startMs + this.#stepCostMs(scheduled)
  }

  /** Ends the step under way; returns the sequences that gained a token in it, in batch order. */
  completeStep(): Sequence[] {
    if (this.#step === null) throw new Error('no step is under way: start one first')
    const gained: Sequence[] = []
    for (const { sequence, tokens } of this.#step) {
      if (sequence.state !== 'running') continue
      sequence.computed += tokens
      if (sequence.computed < totalTokens(sequence)) continue
      sequence.generated += 1
      gained.push(sequence)
      if (sequence.generated === sequence.outputTokens) this.#finish(sequence)
    }
    this.#step = null
    return gained
  }

  #finish(sequence: Sequence): void {
    this.#running.splice(this.#running.indexOf(sequence), 1)
    this.#cache.release(sequence)
    sequence.state = 'finished'
  }

  #schedule(startMs: number): Scheduled[] {
    const scheduled: Scheduled[] = []
    const preemptionsBefore = this.#preemptions
    let budget = this.#config.maxNumBatchedTokens
    for (let i = 0; i < this.#running.length; i++) {
      const sequence = this.#running[i]
      if (sequence === undefined) break
      const tokens = Math.min(totalTokens(sequence) - sequence.computed, budget)
      if (tokens === 0 || !this.#reserveOrPreempt(sequence, tokens)) continue
      scheduled.push({ sequence, tokens })
      budget -= tokens
    }
    // A step that had to preempt admits nobody: the newcomer would take the blocks just freed.
    if (this.#preemptions === preemptionsBefore) this.#admit(scheduled, budget, startMs)
    return scheduled
  }

  #admit(scheduled: Scheduled[], budget: number, startMs: number): void {
    let left = budget
    while (left > 0 && this.#running.length < this.#config.maxNumSeqs) {
      const sequence = this.#waiting[0]
      if (sequence === undefined) return
      const tokens = Math.min(totalTokens(sequence), left)
      if (!this.#cache.reserve(sequence, tokens)) return
      this.#waiting.shift()
      this.#running.push(sequence)
      sequence.state = 'running'
      sequence.admittedAtMs ??= startMs
      scheduled.push({ sequence, tokens })
      left -= tokens
    }
  }

  #reserveOrPreempt(sequence: Sequence, tokens: number): boolean {
    while (!this.#cache.reserve(sequence, sequence.computed + tokens)) {
      const youngest = this.#running.pop()
      if (youngest === undefined) return false
      this.#cache.release(youngest)
      youngest.computed = 0
      youngest.state = 'waiting'
      this.#waiting.unshift(youngest)
      this.#preemptions += 1
      if (youngest === sequence) return false
    }
    return true
  }

  #stepCostMs(scheduled: Scheduled[]): number {
    const config = this.#config
    let prefillTokens = 0
    let contextTokens = 0
    for (const { sequence, tokens } of scheduled) {
      contextTokens += sequence.computed
      const decoding = sequence.generated > 0 && totalTokens(sequence) - sequence.computed === 1
      if (!decoding) prefillTokens += tokens
    }
    const cost =
      config.stepBaseMs +
      config.stepPerSequenceMs * scheduled.length +
      config.prefillMsPerToken * prefillTokens +
      config.contextMsPerToken * contextTokens
    if (config.jitter === 0) return cost
    return cost * Math.exp(config.jitter * this.#random.normal() - config.jitter ** 2 / 2)
  }
}
