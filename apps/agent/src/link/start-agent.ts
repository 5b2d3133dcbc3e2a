import { setTimeout as delay } from 'node:timers/promises'
import { CloseCode } from '@llm-loadtest/schema'
import { GpuMonitor, type GpuMonitorOptions } from '../gpu/gpu-monitor.ts'
import { withWaitingNotice } from '../gpu/waiting-notice.ts'
import { createLog, type Log } from '../log.ts'
import { lockStateDir } from '../spool/lock.ts'
import { defaultStateDir, prepareStateDir } from '../spool/state-dir.ts'
import { Tokenizer } from '../tokens/tokenizer.ts'
import { Agent } from './agent.ts'
import { Backoff } from './backoff.ts'
import { logGpus } from './gpu-log.ts'
import { refusedBy } from './link-refused.ts'
import { Session } from './session.ts'

const FLUSH_LIMIT_MS = 10_000
const FLUSH_POLL_MS = 20

type Environment = Readonly<Record<string, string | undefined>>

export type AgentOptions = {
  token: string
  /** Address of the control plane, http or https. */
  controlPlaneUrl: string
  /** Folder of the spool; only one agent at a time uses it. */
  stateDir?: string
  /** Runs at the same time. */
  slots?: number
  /** HOST or HOST:PORT the agent may load; any when left out. */
  allowTargets?: readonly string[]
  /** Folder of the datasets and tokenizers that runs may name; none when left out. */
  dataDir?: string
  /** Most load worker threads of a run. */
  workers?: number
  /** Which GPUs are sampled and how often; by default all, once a second. */
  gpu?: GpuMonitorOptions
  environment?: Environment
  log?: Log
}

export type RunningAgent = {
  /** Resolves when the control plane has welcomed the agent for the first time. */
  connected: Promise<void>
  /** Resolves when the agent has stopped: with the error that the control plane refused it for, or with null. */
  ended: Promise<Error | null>
  /** Stops: hands running runs back, sends for up to 10 s what is not acknowledged, keeps the rest for the next start. */
  close(): Promise<void>
}

/** Keeps a connection up until told to stop, or until the control plane refuses the agent. */
async function stayConnected(
  agent: Agent,
  options: AgentOptions,
  log: Log,
  current: { session: Session | null },
  stop: AbortSignal,
): Promise<Error | null> {
  const backoff = new Backoff()
  while (!stop.aborted) {
    const session = new Session(options.controlPlaneUrl, options.token, {
      open: (opened) => agent.open(opened),
      message: (message, from) => {
        if (message.type === 'welcome') backoff.reset()
        agent.message(message, from)
      },
      unusableRun: (runId, reason, from) => agent.unusableRun(runId, reason, from),
    })
    current.session = session
    const end = await session.ended
    current.session = null
    await agent.disconnected(end)
    const refused = refusedBy(end)
    if (refused) return refused
    if (stop.aborted) break
    const waitMs = Math.round(backoff.nextMs())
    log.warn('not connected to the control plane', {
      reason: end.reason,
      code: end.closeCode,
      retry_ms: waitMs,
    })
    await delay(waitMs, undefined, { signal: stop }).catch(ignoreAbort)
  }
  return null
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error
}

/** An agent with its connection, from its start to its orderly end. */
class JoinedAgent implements RunningAgent {
  readonly connected: Promise<void>
  readonly ended: Promise<Error | null>
  readonly #agent: Agent
  readonly #linked: Promise<Error | null>
  readonly #release: () => Promise<void>
  readonly #stop = new AbortController()
  readonly #current: { session: Session | null } = { session: null }
  #closing: Promise<void> | null = null

  /** @param broken told when the agent cannot go on @param release gives back what the agent holds */
  constructor(
    agent: Agent,
    options: AgentOptions,
    log: Log,
    broken: { error: Error | null; report: (error: Error) => void },
    release: () => Promise<void>,
  ) {
    this.#agent = agent
    this.#release = release
    this.connected = agent.connected
    broken.report = (error) => {
      broken.error ??= error
      void this.close()
    }
    this.#linked = stayConnected(agent, options, log, this.#current, this.#stop.signal)
    this.ended = this.#linked.then(async (refused) => {
      await this.close()
      return refused ?? broken.error
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown()
    return this.#closing
  }

  async #shutDown(): Promise<void> {
    await this.#agent.stop()
    const deadline = performance.now() + FLUSH_LIMIT_MS
    while (this.#agent.hasUnsent && this.#current.session && performance.now() < deadline) {
      await delay(FLUSH_POLL_MS)
    }
    this.#stop.abort()
    this.#current.session?.close(CloseCode.normal, 'the agent stops')
    await this.#linked
    await this.#release()
  }
}

function defaultLog(token: string, environment: Environment): Log {
  const options = { level: environment['LOG_LEVEL'], secrets: [token] }
  return createLog((line) => process.stderr.write(line), options)
}

/**
 * Joins a control plane and executes its runs.
 * @returns once the state folder is taken and what it held is taken up; throws StateDirInUseError
 */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  const environment = options.environment ?? process.env
  const stateDir = options.stateDir ?? defaultStateDir(environment)
  const log = options.log ?? defaultLog(options.token, environment)
  prepareStateDir(stateDir)
  const unlock = lockStateDir(stateDir)
  const tokenizer = new Tokenizer()
  const limits = {
    slots: options.slots ?? 1,
    allow_targets: options.allowTargets ? [...options.allowTargets] : null,
  }
  const broken = { error: null, report: (_error: Error): void => undefined }
  const onBroken = (error: Error) => broken.report(error)
  const { dataDir = null, workers } = options
  let gpu: GpuMonitor | null = null
  try {
    gpu = await withWaitingNotice(GpuMonitor.start({ environment, ...options.gpu }), log.info)
    logGpus(gpu, log)
    const settings = { stateDir, limits, environment, dataDir, workers, tokenizer, gpu, log, onBroken }
    const agent = new Agent(settings)
    await agent.recover()
    return new JoinedAgent(agent, options, log, broken, async () => {
      await agent.close()
      await tokenizer.close()
      await gpu?.close()
      unlock()
    })
  } catch (error) {
    await gpu?.close()
    unlock()
    throw error
  }
}
