import {
  AGENT_PROTOCOL_VERSION,
  type AgentLimits,
  type ControlMessage,
  type RunDefinition,
} from '@llm-loadtest/schema'
import type { GpuMonitor } from '../gpu/gpu-monitor.ts'
import { describeHost } from '../host.ts'
import type { Log } from '../log.ts'
import { executeRun } from '../run/run-executor.ts'
import { RunFailure } from '../run/run-failure.ts'
import type { Tokenizer } from '../tokens/tokenizer.ts'
import { VERSION } from '../version.ts'
import { RefusedFileError, withLocalFiles } from './data-files.ts'
import { GpuNews } from './gpu-news.ts'
import { type HostedRun, HostedRuns } from './hosted-runs.ts'
import { Outbox } from './outbox.ts'
import { refusal } from './run-policy.ts'
import type { Session, SessionEnd, SessionHandler } from './session.ts'

export type AgentSettings = {
  stateDir: string
  limits: AgentLimits
  environment: Readonly<Record<string, string | undefined>>
  /** Folder of the files that runs may name; null when none may. */
  dataDir: string | null
  /** Most load worker threads of a run; undefined leaves it to the machine. */
  workers: number | undefined
  tokenizer: Tokenizer
  gpu: GpuMonitor
  log: Log
  /** The state folder cannot be written: nothing would be kept safe any more. */
  onBroken: (error: Error) => void
}

const STOPPED = new RunFailure('agent_restarted', 'The agent was stopped while the run was going on.')

/** What an agent does with the control plane's messages: takes runs, executes them, and sends what comes of them. */
export class Agent implements SessionHandler {
  readonly #settings: AgentSettings
  readonly #log: Log
  readonly #outbox: Outbox
  readonly #runs: HostedRuns
  readonly #gpuNews: GpuNews
  readonly #executions = new Set<Promise<void>>()
  /** Messages are handled one after the other, in the order they came. */
  #handling: Promise<void> = Promise.resolve()
  #welcomed: () => void = () => undefined
  #stopping = false
  #draining = false
  /** Resolves at the first welcome. */
  readonly connected = new Promise<void>((resolve) => {
    this.#welcomed = resolve
  })

  constructor(settings: AgentSettings) {
    this.#settings = settings
    this.#log = settings.log
    this.#outbox = new Outbox((error) => this.#report('reading the spool failed', error))
    this.#runs = new HostedRuns(settings.stateDir, this.#outbox)
    this.#gpuNews = new GpuNews(settings.gpu)
  }

  /** Takes up what an earlier agent left in the state folder. */
  async recover(): Promise<void> {
    await this.#runs.recover()
    for (const runId of this.#runs.ids) this.#log.info('run taken up from the spool', { run_id: runId })
  }

  open(session: Session): void {
    session.send({
      type: 'hello',
      protocol: AGENT_PROTOCOL_VERSION,
      version: VERSION,
      host: describeHost(),
      gpus: this.#gpuNews.introduce(),
      gpu_absence: this.#settings.gpu.absence,
      limits: this.#settings.limits,
      runs: this.#runs.ids,
    })
  }

  message(message: ControlMessage, session: Session): void {
    this.#handling = this.#handling
      .then(() => this.#handle(message, session))
      .catch((error: unknown) => this.#report('handling a message failed', error))
  }

  unusableRun(runId: string, reason: string, session: Session): void {
    this.#reject(runId, reason, session)
  }

  /** The connection is gone: what is sent from now on waits in the spool. */
  async disconnected(end: SessionEnd): Promise<void> {
    this.#gpuNews.attach(null)
    // What was acknowledged before the end is not what it was closed for.
    await this.#handling
    const refused = end.messageRefused ? this.#outbox.refused() : null
    this.#outbox.attach(null)
    const run = refused === null ? undefined : this.#runs.get(refused)
    if (run) await this.#giveUp(run, end.reason)
  }

  /** Takes no more runs and stops those under way; resolves when their last event is in the spool. */
  async stop(): Promise<void> {
    this.#stopping = true
    for (const run of this.#runs.running) run.cancel?.abort(STOPPED)
    await Promise.all(this.#executions)
  }

  /** Whether something is left that the control plane has not acknowledged. */
  get hasUnsent(): boolean {
    return this.#runs.ids.length > 0
  }

  /** Closes the spools; what is in them is sent at the next start. */
  async close(): Promise<void> {
    await this.#handling
    await this.#runs.close()
  }

  async #handle(message: ControlMessage, session: Session): Promise<void> {
    switch (message.type) {
      case 'welcome':
        return this.#welcome(message.acknowledged, session)
      case 'assign':
        return this.#assign(message.run.run_id, message.run.definition, session)
      case 'cancel':
        this.#log.info('run cancelled', { run_id: message.run_id })
        this.#runs.get(message.run_id)?.cancel?.abort()
        return
      case 'ack':
        return this.#runs.acknowledge(message.run_id, message.seq)
      case 'drain':
        this.#draining = true
        this.#log.info('draining: no more runs are taken on this connection')
        return
      default:
        return message satisfies never
    }
  }

  async #welcome(acknowledged: Readonly<Record<string, number | null>>, session: Session): Promise<void> {
    for (const [runId, seq] of Object.entries(acknowledged)) {
      const run = this.#runs.get(runId)
      if (!run) continue
      if (seq === null) {
        this.#log.warn('run dropped: the control plane does not know it', { run_id: runId })
        await this.#abandon(run)
      } else await this.#runs.acknowledge(runId, seq)
    }
    this.#draining = false
    this.#outbox.attach(session)
    this.#gpuNews.attach(session)
    this.#log.info('joined the control plane', { runs: this.#runs.ids.length })
    this.#welcomed()
  }

  /** Stops a run nobody wants; its spool goes when nothing writes to it any more. */
  async #abandon(run: HostedRun): Promise<void> {
    run.unwanted = true
    if (run.cancel) run.cancel.abort()
    else await this.#runs.drop(run)
  }

  async #assign(runId: string, definition: RunDefinition, session: Session): Promise<void> {
    if (this.#runs.get(runId)) {
      session.send({ type: 'accept', run_id: runId })
      return
    }
    const { limits, environment, dataDir } = this.#settings
    const reason = this.#unavailable() ?? refusal(definition, limits.allow_targets, environment)
    if (reason) {
      this.#reject(runId, reason, session)
      return
    }
    let local: RunDefinition
    try {
      local = withLocalFiles(definition, dataDir)
    } catch (error) {
      if (!(error instanceof RefusedFileError)) throw error
      this.#reject(runId, error.message, session)
      return
    }
    const run = await this.#runs.start(runId)
    session.send({ type: 'accept', run_id: runId })
    this.#log.info('run started', { run_id: runId })
    const execution = this.#execute(run, local).finally(() => this.#executions.delete(execution))
    this.#executions.add(execution)
  }

  #reject(runId: string, reason: string, session: Session): void {
    this.#log.warn('run refused', { run_id: runId, reason })
    session.send({ type: 'reject', run_id: runId, reason })
  }

  /** Why no run is taken at the moment; null when one may be. */
  #unavailable(): string | null {
    if (this.#stopping) return 'The agent is stopping.'
    if (this.#draining) return 'The control plane is draining this agent.'
    return this.#runs.running.length >= this.#settings.limits.slots
      ? 'All slots of this agent are taken.'
      : null
  }

  async #execute(run: HostedRun & { cancel: AbortController }, definition: RunDefinition): Promise<void> {
    const { tokenizer, environment, workers, gpu } = this.#settings
    const signal = run.cancel.signal
    try {
      await executeRun(definition, { tokenizer, sink: run.sink, signal, environment, workers, gpu })
      this.#log.info('run ended', { run_id: run.runId, events: run.spool.lastSeq })
    } catch (error) {
      this.#broken(error, run.runId)
    }
    await this.#runs.ended(run)
  }

  /** A run has an event that the control plane never takes: it must not keep the other runs from going on. */
  async #giveUp(run: HostedRun, reason: string): Promise<void> {
    if (run.givenUp) {
      this.#log.error('run dropped: the control plane does not even take that it failed', {
        run_id: run.runId,
      })
      await this.#abandon(run)
      return
    }
    run.givenUp = true
    const why = reason || 'it closed the connection again and again'
    const message = `The control plane does not take what the agent measured: ${why}. Upgrade the older of the two, and start the run anew.`
    try {
      const kept = await this.#runs.giveUp(run, { code: 'internal', message: message.slice(0, 2000) })
      this.#log.error('run given up: the control plane does not take its events', {
        run_id: run.runId,
        reason: why,
        kept,
      })
    } catch (error) {
      this.#broken(error, run.runId)
    }
  }

  #broken(error: unknown, runId: string): void {
    this.#report('the run’s events could not be written', error, runId)
    this.#settings.onBroken(
      new Error(`The state folder ${this.#settings.stateDir} could not be written.`, { cause: error }),
    )
  }

  #report(what: string, error: unknown, runId?: string): void {
    this.#log.error(what, { run_id: runId, error: error instanceof Error ? error.message : String(error) })
  }
}
