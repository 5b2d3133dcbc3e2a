import { RunDefinition } from '@llm-loadtest/schema'
import { onlineAgents } from '../../db/agents.ts'
import { runView } from '../../db/run-view.ts'
import { claimRun, endPendingRun, findRun, type RunRow, releaseRun } from '../../db/runs.ts'
import { onlineSinceMs } from '../../domain/presence.ts'
import { openSecrets } from '../../domain/secrets.ts'
import type { Settings } from '../../env.ts'
import { log, logError } from '../../log.ts'
import { announceEnd } from '../announce-end.ts'
import { endRun } from '../end-run.ts'
import { offerRuns } from '../offer-runs.ts'
import { attachment, greetedSocket, send } from './connection.ts'
import { endingWithoutAgent } from './endings.ts'
import type { Link } from './link.ts'
import { strayRuns } from './stray-runs.ts'

async function definitionOf(settings: Settings, run: RunRow): Promise<RunDefinition> {
  if (run.secrets === null) return RunDefinition.parse(run.config)
  if (settings.secret === undefined) throw new Error('LLM_LOADTEST_SECRET is not set')
  const secrets = await openSecrets(settings.secret, run.run_id, run.secrets)
  return RunDefinition.parse({ ...run.config, ...secrets })
}

/** Sends a claimed run to the agent, secrets in clear. A run whose secrets cannot be read fails. */
export async function assign(link: Link, socket: WebSocket, run: RunRow): Promise<void> {
  let definition: RunDefinition
  try {
    definition = await definitionOf(link.settings, run)
  } catch (error) {
    logError('a run cannot be assigned', error, { run_id: run.run_id })
    const message =
      'The stored API key or headers of this run cannot be read: was LLM_LOADTEST_SECRET changed? Start it again.'
    await endRun(link.env, link.db, run, endingWithoutAgent(run, { code: 'internal', message }))
    return
  }
  send(socket, { type: 'assign', run: { run_id: run.run_id, definition } })
}

/** Claims pending runs for the agent while it has free slots. */
export async function claimRuns(link: Link): Promise<void> {
  const { ctx, db, settings, agentId } = link
  for (;;) {
    const socket = greetedSocket(ctx)
    if (!socket) return
    const slots = attachment(socket).slots - strayRuns(ctx).length
    if (slots <= 0) return
    const nowMs = Date.now()
    const run = await claimRun(db, { agentId, slots, nowMs, leaseExpiresAtMs: nowMs + settings.runLeaseMs })
    if (!run) return
    log.info('run claimed', { run_id: run.run_id, agent_id: agentId, status: run.status })
    await assign(link, socket, run)
  }
}

async function giveToOthers(link: Link, run: RunRow, message: string): Promise<void> {
  const { ctx, env, db, settings, agentId } = link
  const released = await releaseRun(db, run.run_id, agentId)
  if (!released) return
  log.info('run handed back', {
    run_id: run.run_id,
    agent_id: agentId,
    status: released.status,
    reason: message,
  })
  const online = await onlineAgents(db, onlineSinceMs(settings))
  if (online.some((other) => !released.rejected_by.includes(other))) {
    // Not awaited: two links that wait for each other's turn would wait for ever.
    ctx.waitUntil(offerRuns(env, [agentId]))
    return
  }
  const error = { code: 'rejected' as const, message }
  const failed = await endPendingRun(db, run.run_id, { status: 'failed', error, nowMs: Date.now() })
  if (failed) await announceEnd(env, runView(failed))
}

/** The agent refuses a run: another may take it; if none can, it fails with the agent's reason. */
export async function takeBack(link: Link, runId: string, reason: string): Promise<void> {
  const { env, db, agentId } = link
  const run = await findRun(db, runId)
  if (run?.status !== 'running' || run.agent_id !== agentId || run.last_seq > 0) return
  const message = `No agent took the run. The last one said: ${reason}`
  if (run.cancel_requested || run.config.agent_id !== undefined) {
    await endRun(env, db, run, endingWithoutAgent(run, { code: 'rejected', message }))
  } else {
    await giveToOthers(link, run, message)
  }
  await claimRuns(link)
}
