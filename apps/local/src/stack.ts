import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ControlPlane, localAgent, startControlPlane } from '@llm-loadtest/control-plane'
import { z } from 'zod'
import { type LogLevel, logToStderr } from './log-filter.ts'
import { startThread, type Thread } from './service-thread.ts'
import type { Settings } from './settings.ts'
import { ensureWebBuild } from './web-build.ts'

const WEB_APP = fileURLToPath(new URL('../../web/dist/client', import.meta.url))

export type Stack = {
  /** Address of the control plane and the web app, without a trailing slash. */
  url: string
  databasePath: string
  agentId: string | null
  simulatorUrl: string | null
  /** Rejects when a part ends that nobody stopped. */
  failed: Promise<never>
  close(): Promise<void>
}

export type StackOptions = Settings & {
  /** Variables of the worker, such as LLM_LOADTEST_API_KEY. */
  vars?: Record<string, string>
  /** Told what is going on while it takes a while. */
  say?: (line: string) => void
}

function startSimulatorThread(port: number): Promise<Thread<{ url: string }>> {
  return startThread(
    new URL('./simulator-thread.ts', import.meta.url),
    { port },
    z.object({ url: z.string() }),
  )
}

async function startAgentThread(controlPlane: ControlPlane, slots: number, logLevel: LogLevel) {
  const { agentId, token } = await localAgent(controlPlane)
  const stateDir = join(controlPlane.dataDir, 'agent')
  const data = { token, controlPlaneUrl: controlPlane.url, stateDir, slots, logLevel }
  const thread = await startThread(new URL('./agent-thread.ts', import.meta.url), data, z.object({}))
  return { agentId, thread }
}

function firstFailure(threads: Thread<unknown>[]): Promise<never> {
  const failed = new Promise<never>((_, reject) => {
    for (const thread of threads) thread.ended.catch(reject)
  })
  failed.catch(() => undefined)
  return failed
}

/**
 * Starts everything on this machine: web app, embedded database, control plane, simulator, agent. Settles once all are
 * ready; rejects with a message for the user, having stopped what had started.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { port, host, dataDir, vars = {}, say = () => undefined, logLevel } = options
  const parts: { close(): Promise<void> }[] = []
  const close = async () => {
    for (const part of parts.splice(0).reverse()) await part.close()
  }
  try {
    await ensureWebBuild(say)
    const simulator = options.simulator ? await startSimulatorThread(options.simulatorPort) : null
    if (simulator) parts.push(simulator)
    const log = logToStderr(logLevel)
    // Health must not be `ok` before the agent, which needs the control plane, has joined it.
    const readiness = options.agent ? { READY_ONCE_AGENT_SEEN_SINCE: String(Date.now()) } : {}
    const workerVars = { ...vars, ...readiness, LOG_LEVEL: logLevel }
    const controlPlane = await startControlPlane({
      dataDir,
      port,
      host,
      vars: workerVars,
      log,
      assetsDirectory: WEB_APP,
    })
    parts.push(controlPlane)
    const agent = options.agent ? await startAgentThread(controlPlane, options.agentSlots, logLevel) : null
    if (agent) parts.push(agent.thread)
    return {
      url: controlPlane.url,
      databasePath: controlPlane.databasePath,
      agentId: agent?.agentId ?? null,
      simulatorUrl: simulator?.ready.url ?? null,
      failed: firstFailure([simulator, agent?.thread].filter((thread) => !!thread)),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
