import { CloseCode } from '@llm-loadtest/schema'
import { recordDisconnect, renewPresence } from '../../db/agents.ts'
import { runningRuns } from '../../db/runs.ts'
import { endRun } from '../end-run.ts'
import { claimRuns } from './claim.ts'
import { closeSocket, currentSocket, lastSignMs } from './connection.ts'
import { endingWithoutAgent } from './endings.ts'
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
  return false
}

/**
 * Looks after an agent once an interval: presence, leases, and pending runs it might take.
 * Returns whether there is anything left to look after.
 */
export async function checkPresence(link: Link): Promise<boolean> {
  const { env, db, settings } = link
  const nowMs = Date.now()
  const connected = await renewOrClose(link, nowMs)
  let leased = 0
  for (const run of await runningRuns(db, link.agentId)) {
    if (run.lease_expires_at !== null && run.lease_expires_at > nowMs) {
      leased++
      continue
    }
    const message = `The agent was not heard of for ${settings.runLeaseMs / 1000} s; what had arrived by then is kept. Check that it runs and can reach the control plane.`
    await endRun(env, db, run, endingWithoutAgent(run, { code: 'agent_lost', message }))
  }
  if (connected) await claimRuns(link)
  return connected || leased > 0
}
