import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type RunError, RunId } from '@llm-loadtest/schema'
import { RunFailure } from '../run/run-failure.ts'
import { RunSpool } from '../spool/run-spool.ts'
import { SpoolSink } from '../spool/spool-sink.ts'
import type { Outbox } from './outbox.ts'

/** A run this agent holds. */
export type HostedRun = {
  runId: string
  spool: RunSpool
  /** Where its output goes. */
  sink: SpoolSink
  /** Cancels it; null when it is not running any more. */
  cancel: AbortController | null
  /** The control plane does not know it: it is dropped when it has stopped. */
  unwanted: boolean
  /** Its last event says that the control plane does not take its events. */
  givenUp: boolean
}

/** The runs an agent holds: running, or finished and not yet acknowledged. */
export class HostedRuns {
  readonly #dir: string
  readonly #refusedDir: string
  readonly #outbox: Outbox
  readonly #runs = new Map<string, HostedRun>()

  constructor(stateDir: string, outbox: Outbox) {
    this.#dir = join(stateDir, 'runs')
    this.#refusedDir = join(stateDir, 'refused')
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
        run.sink.write({
          type: 'run_failed',
          error: {
            code: 'agent_restarted',
            message:
              'The agent stopped while the run was going on and was started again. Start the run anew.',
          },
        })
        await run.sink.flushed()
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

  /** Everything up to `seq` is stored; after the last event the spool is deleted. */
  async acknowledge(runId: string, seq: number): Promise<void> {
    const run = this.#runs.get(runId)
    if (!run) return
    await run.spool.acknowledge(seq)
    // A run that is still stopping writes no more, but holds its slot: ended() drops it.
    if (run.spool.settled && run.cancel === null) await this.drop(run)
    else this.#outbox.pump()
  }

  /**
   * Ends a run as failed, in place of all that is not acknowledged: the control plane would never take it.
   * @returns the file that all its events are kept in
   */
  async giveUp(run: HostedRun, error: RunError): Promise<string> {
    const kept = join(this.#refusedDir, `${run.runId}.jsonl`)
    run.cancel?.abort(new RunFailure(error.code, error.message))
    await run.sink.replaceUnacknowledged(error, kept)
    return kept
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
    const stop = ({ code, message }: RunError) => run.cancel?.abort(new RunFailure(code, message))
    const sink = new SpoolSink(runId, spool, () => this.#outbox.pump(), stop)
    const run: HostedRun = { runId, spool, sink, cancel: null, unwanted: false, givenUp: false }
    this.#runs.set(runId, run)
    this.#outbox.add(runId, spool)
    return run
  }
}
