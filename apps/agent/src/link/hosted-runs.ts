import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { RunId } from '@llm-loadtest/schema'
import type { RunSink } from '../run/run-sink.ts'
import { RunSpool } from '../spool/run-spool.ts'
import { SpoolSink } from '../spool/spool-sink.ts'
import type { Outbox } from './outbox.ts'

/** A run this agent holds. */
export type HostedRun = {
  runId: string
  spool: RunSpool
  /** Cancels it; null when it is not running any more. */
  cancel: AbortController | null
  /** The control plane does not know it: it is dropped when it has stopped. */
  unwanted: boolean
}

/** The runs an agent holds: running, or finished and not yet acknowledged. */
export class HostedRuns {
  readonly #dir: string
  readonly #outbox: Outbox
  readonly #runs = new Map<string, HostedRun>()

  constructor(stateDir: string, outbox: Outbox) {
    this.#dir = join(stateDir, 'runs')
    this.#outbox = outbox
  }

  get ids(): string[] {
    return [...this.#runs.keys()]
  }

  get running(): HostedRun[] {
    return [...this.#runs.values()].filter((run) => run.cancel !== null)
  }

  get(runId: string): HostedRun | undefined {
    return this.#runs.get(runId)
  }

  /** Takes up what an earlier agent left. A run it did not finish is ended as failed: half a load level cannot be resumed. */
  async recover(): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    for (const name of await readdir(this.#dir)) {
      if (!RunId.safeParse(name).success) continue
      const run = await this.#open(name)
      if (!run.spool.complete) {
        const sink = this.sinkOf(run)
        sink.write({
          type: 'run_failed',
          error: {
            code: 'agent_restarted',
            message:
              'The agent stopped while the run was going on and was started again. Start the run anew.',
          },
        })
        await sink.flushed()
      }
      if (run.spool.settled) await this.drop(run)
    }
  }

  /** Holds a new run. */
  async start(runId: string): Promise<HostedRun & { cancel: AbortController }> {
    const run = await this.#open(runId)
    const cancel = new AbortController()
    return Object.assign(run, { cancel })
  }

  /** A run has stopped: it no longer takes a slot. */
  async ended(run: HostedRun): Promise<void> {
    run.cancel = null
    if (run.unwanted || run.spool.settled) await this.drop(run)
  }

  /** Where a run's output goes. */
  sinkOf({ runId, spool }: HostedRun): RunSink {
    return new SpoolSink(runId, spool, () => this.#outbox.pump())
  }

  /** Everything up to `seq` is stored; after the last event the spool is deleted. */
  async acknowledge(runId: string, seq: number): Promise<void> {
    const run = this.#runs.get(runId)
    if (!run) return
    await run.spool.acknowledge(seq)
    // A run that is still stopping writes no more, but holds its slot: ended() drops it.
    if (run.spool.settled && run.cancel === null) await this.drop(run)
    else this.#outbox.pump()
  }

  /** Lets go of a run and of what is stored of it. */
  async drop(run: HostedRun): Promise<void> {
    if (!this.#runs.delete(run.runId)) return
    this.#outbox.remove(run.runId)
    await run.spool.remove()
  }

  /** Closes the files, and leaves them for the next start. */
  async close(): Promise<void> {
    for (const { runId, spool } of this.#runs.values()) {
      this.#outbox.remove(runId)
      await spool.close()
    }
    this.#runs.clear()
  }

  async #open(runId: string): Promise<HostedRun> {
    const spool = await RunSpool.open(join(this.#dir, runId))
    const run: HostedRun = { runId, spool, cancel: null, unwanted: false }
    this.#runs.set(runId, run)
    this.#outbox.add(runId, spool)
    return run
  }
}
