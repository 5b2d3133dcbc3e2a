import { type LoadLevel, loadPasses, type RunDefinition } from '@llm-loadtest/schema'
import { OpenAiBackend } from '../backends/openai/openai-backend.ts'
import type { LoadExecutor } from '../load/executor.ts'
import { createLoad, createWarmUp } from '../load/pass-load.ts'
import { shareOf } from '../load/share.ts'
import { TokenClient } from '../tokens/token-client.ts'
import { createWorkload } from '../workload/create-workload.ts'
import { replayTimes } from '../workload/dataset-items.ts'
import type { Workload } from '../workload/workload.ts'
import { promptsBeforeStart, warmConnections } from './level-load.ts'
import { LevelWatch } from './level-watch.ts'
import type { PassPart, WorkerCommand, WorkerData } from './messages.ts'
import { type Post, ReportBatch } from './report-batch.ts'
import { clockOffsetMs } from './shared-clock.ts'
import { type ReadyRequest, WorkerTarget } from './worker-target.ts'

/** A part of a pass that can begin at once. */
type Prepared = {
  part: PassPart
  levels: readonly LoadLevel[]
  workload: Workload<ReadyRequest>
  /** When the requests of a replayed trace are due, ms from its start. */
  timestampsMs: ArrayLike<number>
}

/** Makes one worker's share of a run's load: its own connections, schedule and prompts. */
export class PassWorker {
  readonly #definition: RunDefinition
  readonly #maxInFlight: number
  readonly #requestPrefix: string
  readonly #passes: LoadLevel[][]
  readonly #levelCount: number
  readonly #backend: OpenAiBackend
  readonly #tokens: TokenClient
  readonly #post: Post
  readonly #clockOffset = clockOffsetMs()
  #prepared: Prepared | null = null
  #cancel = new AbortController()

  constructor({ definition, apiKey, requestPrefix, maxInFlight, tokens }: WorkerData, post: Post) {
    this.#definition = definition
    this.#maxInFlight = maxInFlight
    this.#requestPrefix = requestPrefix
    this.#passes = loadPasses(definition)
    this.#levelCount = this.#passes.flat().length
    this.#backend = new OpenAiBackend(definition, apiKey)
    this.#tokens = new TokenClient(tokens)
    this.#post = post
  }

  obey(command: Exclude<WorkerCommand, { kind: 'close' }>): void {
    switch (command.kind) {
      case 'prepare':
        this.#cancel = new AbortController()
        this.#report(orAborted(this.#prepare(command.part), this.#cancel.signal), 'ready')
        break
      case 'start':
        this.#report(this.#run(command.atMs + this.#clockOffset), 'over')
        break
      case 'cancel':
        this.#cancel.abort()
        break
      default:
        command satisfies never
    }
  }

  async close(): Promise<void> {
    this.#cancel.abort()
    await this.#backend.close()
    this.#tokens.close()
  }

  #report(work: Promise<void>, done: 'ready' | 'over'): void {
    work.then(
      () => this.#post({ kind: done }),
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        this.#post({ kind: 'failed', message })
      },
    )
  }

  async #prepare(part: PassPart): Promise<void> {
    const run = this.#definition
    const levels = this.#passes[part.pass] ?? []
    const warmup = part.part === 'warmup'
    const ahead = warmup ? shareOf(run.warmup, part.share) : promptsBeforeStart(run, levels, part.share)
    const workload = this.#workload(part, levels, ahead)
    const timestampsMs = run.replay && !warmup ? await replayTimes(run, this.#tokens) : []
    this.#prepared = { part, levels, workload, timestampsMs }
    await workload.prefill(ahead, this.#cancel.signal)
    if (!warmup) await this.#backend.warm(warmConnections(run, levels, part.share))
  }

  #workload(
    { part, share }: PassPart,
    [level]: readonly LoadLevel[],
    reserve: number,
  ): Workload<ReadyRequest> {
    const run = this.#definition
    const count = (part === 'warmup' ? run.warmup : run.num_prompts) ?? null
    const scope = { level: level?.index ?? 0, levelCount: this.#levelCount, part, count, share }
    return createWorkload(run, this.#tokens, scope, reserve, (item) => ({
      item,
      request: this.#backend.prepare(item.input, item.maxTokens),
    }))
  }

  #load({ part, levels, timestampsMs }: Prepared, startAt: number): LoadExecutor {
    if (part.part === 'measure') {
      const maxInFlight = this.#maxInFlight
      return createLoad(this.#definition, levels, part.share, { startAt, timestampsMs, maxInFlight })
    }
    return createWarmUp(this.#definition, levels, part.share)
  }

  async #run(startAt: number): Promise<void> {
    if (!this.#prepared) throw new Error('nothing was prepared')
    const { part, levels, workload } = this.#prepared
    const load = this.#load(this.#prepared, startAt)
    this.#prepared = null
    const backend = this.#backend
    const tokensBefore = backend.meter.outputTokens
    const batch = new ReportBatch(
      this.#post,
      () => backend.meter.outputTokens - tokensBefore,
      () => backend.sealExchanges(),
    )
    const warmup = part.part === 'warmup'
    const watch = new LevelWatch(warmup ? levels.slice(0, 1) : levels, load, this.#post)
    const target = new WorkerTarget({
      run: this.#definition,
      requestPrefix: this.#requestPrefix,
      warmup,
      backend,
      workload,
      batch,
      watch,
    })
    try {
      await load.run(target, this.#cancel.signal)
    } finally {
      watch.finish()
      batch.finish()
    }
  }
}

/** Waits for the work, or until the signal aborts: what comes of it then is of no interest. */
function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    work.then(resolve, reject)
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
