import type { RunStatus } from '@llm-loadtest/schema'
import { runView } from '../../db/run-view.ts'
import { endPendingRun, findRun, pendingRunsOf, runningRuns } from '../../db/runs.ts'
import { NotFoundError } from '../../errors.ts'
import { announceEnd } from '../announce-end.ts'
import { endRun } from '../end-run.ts'
import { greetedSocket, send } from './connection.ts'
import { cancelledNow, endingWithoutAgent } from './endings.ts'
import type { Link } from './link.ts'

/** Has the agent stop a run, or ends it here when the agent is away. Returns the run's status then. */
export async function stopRun(link: Link, runId: string): Promise<RunStatus> {
  const { ctx, env, db } = link
  const run = await findRun(db, runId)
  if (!run) throw new NotFoundError('There is no run with this id.')
  if (run.status === 'pending') {
    // The agent rejected it in the meantime.
    const ended = await endPendingRun(db, runId, { status: 'cancelled', error: null, nowMs: Date.now() })
    if (ended) await announceEnd(env, runView(ended))
    return 'cancelled'
  }
  if (run.status !== 'running') return run.status
  const socket = greetedSocket(ctx)
  if (socket) {
    send(socket, { type: 'cancel', run_id: runId })
    return 'running'
  }
  await endRun(env, db, run, cancelledNow(run))
  return 'cancelled'
}

/** Ends what only a revoked agent was running or could have run. */
export async function endRunsOfRevoked(link: Link): Promise<void> {
  const { env, db, agentId } = link
  const message = 'The agent was revoked; what had arrived by then is kept.'
  for (const run of await runningRuns(db, agentId)) {
    await endRun(env, db, run, endingWithoutAgent(run, { code: 'agent_lost', message }))
  }
  const error = { code: 'rejected' as const, message: 'The agent this run was meant for was revoked.' }
  for (const run of await pendingRunsOf(db, agentId)) {
    const ended = await endPendingRun(db, run.run_id, { status: 'failed', error, nowMs: Date.now() })
    if (ended) await announceEnd(env, runView(ended))
  }
}
