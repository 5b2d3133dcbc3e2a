import { stat } from 'node:fs/promises'
import { isTarget } from '../link/run-policy.ts'
import { type AgentOptions, startAgent } from '../link/start-agent.ts'
import { EXIT, UsageError } from './exit-status.ts'
import { gpuOptions } from './gpu-flags.ts'
import { asUsageError } from './gpu-monitor.ts'
import { onInterrupt } from './interrupts.ts'
import type { JoinFlags } from './join-flags.ts'
import { workerCount } from './worker-count.ts'

const DEFAULT_URL = 'http://127.0.0.1:8787'
const MAX_SLOTS = 1000

function controlPlaneUrl(text: string): string {
  if (URL.canParse(text) && /^(?:https?|wss?):$/.test(new URL(text).protocol)) return text
  throw new UsageError(`--control-plane: "${text}" is not an http:// or https:// address.`)
}

function slotCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= MAX_SLOTS) return count
  throw new UsageError(`--slots: it takes a whole number from 1 to ${MAX_SLOTS}.`)
}

function agentOptions(
  flags: JoinFlags,
  environment: Readonly<Record<string, string | undefined>>,
): AgentOptions {
  const token = flags.token ?? environment['LLM_LOADTEST_TOKEN']
  if (!token) {
    throw new UsageError(
      '--token: it is required to join a control plane (or set LLM_LOADTEST_TOKEN). "run" measures without one; --help lists all.',
    )
  }
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new UsageError('--token: it must be printable ASCII without spaces.')
  for (const target of flags.allowTarget ?? []) {
    if (!isTarget(target)) throw new UsageError(`--allow-target: "${target}" is not HOST or HOST:PORT.`)
  }
  return {
    token,
    controlPlaneUrl: controlPlaneUrl(flags.controlPlane ?? environment['LLM_LOADTEST_URL'] ?? DEFAULT_URL),
    ...(flags.slots === undefined ? {} : { slots: slotCount(flags.slots) }),
    ...(flags.allowTarget ? { allowTargets: flags.allowTarget } : {}),
    ...(flags.stateDir === undefined ? {} : { stateDir: flags.stateDir }),
    ...(flags.dataDir === undefined ? {} : { dataDir: flags.dataDir }),
    ...(flags.workers === undefined ? {} : { workers: workerCount(flags.workers) }),
    gpu: gpuOptions(flags),
    environment,
  }
}

async function checkDataDir(dir: string | undefined): Promise<void> {
  if (dir === undefined) return
  const found = await stat(dir).catch(() => null)
  if (!found?.isDirectory())
    throw new UsageError(`--data-dir: ${dir} is not a folder. Make it first, or name another.`)
}

/** Joins a control plane and stays until told to stop. Resolves to the exit status. */
export async function joinAction(flags: JoinFlags): Promise<number> {
  const options = agentOptions(flags, process.env)
  await checkDataDir(flags.dataDir)
  const agent = await startAgent(options).catch((error: unknown) => {
    throw asUsageError(error)
  })
  const forgetSignals = onInterrupt(
    () => void agent.close(),
    () => process.exit(EXIT.interrupted),
  )
  const error = await agent.ended
  forgetSignals()
  if (!error) return EXIT.ok
  process.stderr.write(`error: ${error.message}\n`)
  return EXIT.runFailed
}
