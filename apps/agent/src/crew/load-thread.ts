import { Worker } from 'node:worker_threads'
import type { PassPart, WorkerCommand, WorkerData, WorkerReport } from './messages.ts'
import { SEMI_SPACE_MB } from './thread-memory.ts'

/** In the repository the worker is TypeScript beside this file; built, it is a file of its own beside the bundle. */
const WORKER_FILE = import.meta.url.endsWith('.ts') ? './load-worker.ts' : './load-worker.js'
/** What is cancelled ends at once; a thread that has not after so long is stuck. */
const STUCK_MS = 10_000
const CLOSE_LIMIT_MS = 5000

/** What a worker tells while its part of a pass is under way. */
export type Telling = Exclude<WorkerReport, { kind: 'online' | 'ready' | 'over' | 'failed' }>

type Awaited = { kind: WorkerReport['kind']; resolve: () => void; reject: (error: Error) => void }

/** A load worker as the main thread sees it. */
export class LoadThread {
  readonly #worker: Worker
  readonly #exited: Promise<void>
  #clockOffset = 0
  #awaited: Awaited | null = null
  #telling: ((report: Telling) => void) | null = null
  #failure: Error | null = null
  #stuck: NodeJS.Timeout | null = null

  private constructor(data: WorkerData) {
    this.#worker = new Worker(new URL(WORKER_FILE, import.meta.url), {
      workerData: data,
      transferList: [data.tokens],
      resourceLimits: { maxYoungGenerationSizeMb: 3 * SEMI_SPACE_MB },
    })
    this.#worker.on('message', (report: WorkerReport) => this.#take(report))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#fail(new Error(`it ended with status ${code}`))
        resolve()
      })
    })
  }

  /** Starts a thread; resolves when it takes commands. */
  static async start(data: WorkerData): Promise<LoadThread> {
    const thread = new LoadThread(data)
    await thread.#reported('online')
    return thread
  }

  /** performance.now() in the thread minus the machine's monotonic clock, ms. */
  get clockOffsetMs(): number {
    return this.#clockOffset
  }

  /** Makes ready a part of a pass: prompts written, connections open. */
  prepare(part: PassPart): Promise<void> {
    const ready = this.#reported('ready')
    this.#send({ kind: 'prepare', part })
    return ready
  }

  /** Runs what was prepared, to its end. @param atMs when it begins, on monotonicMs()'s clock */
  async run(atMs: number, telling: (report: Telling) => void): Promise<void> {
    this.#telling = telling
    const over = this.#reported('over')
    this.#send({ kind: 'start', atMs })
    await over
  }

  /** Ends what is prepared or under way. */
  cancel(): void {
    if (!this.#awaited) return
    this.#send({ kind: 'cancel' })
    this.#stuck ??= setTimeout(() => void this.#worker.terminate(), STUCK_MS)
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    this.#send({ kind: 'close' })
    const kill = setTimeout(() => void this.#worker.terminate(), CLOSE_LIMIT_MS)
    await this.#exited
    clearTimeout(kill)
  }

  #send(command: WorkerCommand): void {
    this.#worker.postMessage(command)
  }

  #reported(kind: WorkerReport['kind']): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#awaited = { kind, resolve, reject }
    })
  }

  #take(report: WorkerReport): void {
    switch (report.kind) {
      case 'online':
        this.#clockOffset = report.clockOffsetMs
        this.#settle()?.resolve()
        break
      case 'ready':
      case 'over':
        this.#settle()?.resolve()
        break
      case 'failed':
        this.#settle()?.reject(new Error(report.message))
        break
      default:
        this.#telling?.(report)
    }
  }

  /** Ends the wait for a report. */
  #settle(): Awaited | null {
    const awaited = this.#awaited
    this.#awaited = null
    if (this.#stuck) clearTimeout(this.#stuck)
    this.#stuck = null
    return awaited
  }

  #fail(cause: Error): void {
    this.#failure ??= new Error(`a load worker of the agent stopped: ${cause.message}`, { cause })
    this.#settle()?.reject(this.#failure)
  }
}
