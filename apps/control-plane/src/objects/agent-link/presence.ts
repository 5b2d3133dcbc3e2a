import { CloseCode } from '@llm-loadtest/schema'
import { recordDisconnect, renewPresence } from '../../db/agents.ts'
import { isDatabaseUnreachable } from '../../db/failure.ts'
import { endUnreadableRun } from '../../db/run-events.ts'
import { findRun, runningLeases } from '../../db/runs.ts'
import { log, logError } from '../../log.ts'
import { endRun } from '../end-run.ts'
import { claimRuns } from './claim.ts'
import { closeSocket, currentSocket, lastSignMs } from './connection.ts'
import { endingUnread, endingWithoutAgent } from './endings.ts'
import type { Link } from './link.ts'

/** Renews the agent's presence and leases from its last sign of life; closes a socket that has gone silent. */
async function renewOrClose(link: Link, nowMs: number): Promise<boolean> {
  const { ctx, db, settings, agentId } = link
  const socket = currentSocket(ctx)
  if (!socket) return false
  const seenAtMs = lastSignMs(ctx, socket)
  if (nowMs - seenAtMs <= settings.agentSilenceMs) {
    await renewPresence(db, agentId, seenAtMs, seenAtMs + settings.runLeaseMs)
    return true
  }
  closeSocket(socket, CloseCode.goingAway, `Nothing was heard for ${settings.agentSilenceMs} ms.`)
  await recordDisconnect(db, agentId)
  log.warn('agent silent: its socket was closed', { agent_id: agentId })
  return false
}

/** Ends a run whose lease has lapsed. What is wrong with one run must not keep the others from being ended. */
async function endLapsed(link: Link, runId: string): Promise<void> {
  const { env, db, settings } = link
  const message = `The agent was not heard of for ${settings.runLeaseMs / 1000} s; what had arrived by then is kept. Check that it runs and can reach the control plane.`
  try {
    const run = await findRun(db, runId)
    if (run) await endRun(env, db, run, endingWithoutAgent(run, { code: 'agent_lost', message }))
  } catch (error) {
    if (isDatabaseUnreachable(error)) throw error
    logError('a run whose agent was lost cannot be read', error, { run_id: runId })
    await endUnreadableRun(db, runId, endingUnread(Date.now()))
  }
}

/**
 * Looks after an agent once an interval: presence, leases, and pending runs it might take.
 * Returns whether there is anything left to look after.
 */
export async function checkPresence(link: Link): Promise<boolean> {
  const { db } = link
  const nowMs = Date.now()
  const connected = await renewOrClose(link, nowMs)
  let leased = 0
  for (const { runId, expiresAtMs } of await runningLeases(db, link.agentId)) {
    if (expiresAtMs !== null && expiresAtMs > nowMs) leased++
    else await endLapsed(link, runId)
  }
  if (connected) await claimRuns(link)
  return connected || leased > 0
}
