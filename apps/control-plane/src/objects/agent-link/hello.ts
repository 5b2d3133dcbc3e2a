import type { AgentHello } from '@llm-loadtest/schema'
import { recordHello } from '../../db/agents.ts'
import { findHeldRuns, type RunRow } from '../../db/runs.ts'
import { hasEnded } from '../../domain/run-status.ts'
import { log } from '../../log.ts'
import { endRun } from '../end-run.ts'
import { assign, claimRuns } from './claim.ts'
import { send, updateAttachment } from './connection.ts'
import { endingWithoutAgent } from './endings.ts'
import type { Link } from './link.ts'
import { setStrayRuns } from './stray-runs.ts'

const LOST_STATE = {
  code: 'agent_lost' as const,
  message:
    'The agent came back without this run: its state directory was lost or changed. Keep --state-dir on a disk that stays.',
}

/** A run that is the agent's here but that it does not hold: never begun, it is handed out again, else it is lost. */
async function restoreOrEnd(link: Link, socket: WebSocket, run: RunRow): Promise<void> {
  if (run.last_seq === 0 && !run.cancel_requested) {
    await assign(link, socket, run)
  } else {
    await endRun(link.env, link.db, run, endingWithoutAgent(run, LOST_STATE))
  }
}

/** Answers an agent's hello: what is stored of its runs, which of them to stop, and runs to take up. */
export async function greet(link: Link, socket: WebSocket, hello: AgentHello): Promise<void> {
  const { ctx, db, agentId } = link
  await recordHello(db, agentId, hello, Date.now())
  log.info('agent joined', { agent_id: agentId, runs: hello.runs.length })
  const rows = await findHeldRuns(db, agentId, hello.runs)
  const own = new Map(
    rows
      .filter((run) => run.agent_id === agentId && run.status !== 'pending')
      .map((run) => [run.run_id, run] as const),
  )
  updateAttachment(socket, { greeted: true, slots: hello.limits.slots })
  const acknowledged = Object.fromEntries(hello.runs.map((id) => [id, own.get(id)?.last_seq ?? null]))
  send(socket, { type: 'welcome', agent_id: agentId, acknowledged })

  const held = new Set(hello.runs)
  const stray: string[] = []
  for (const run of own.values()) {
    const ended = hasEnded(run.status)
    if (!held.has(run.run_id)) {
      await restoreOrEnd(link, socket, run)
    } else if ((ended && !run.agent_done) || (!ended && run.cancel_requested)) {
      send(socket, { type: 'cancel', run_id: run.run_id })
      if (ended) stray.push(run.run_id)
    }
  }
  setStrayRuns(ctx, stray)
  await claimRuns(link)
}
