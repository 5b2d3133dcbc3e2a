import type { RunStatus } from '@llm-loadtest/schema'
import type { Db } from '../db/client.ts'
import { runView } from '../db/run-view.ts'
import { endPendingRun, findRun, requestCancel } from '../db/runs.ts'
import { hasEnded } from '../domain/run-status.ts'
import type { WorkerEnv } from '../env.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import { announceEnd } from './announce-end.ts'
import { agentLink } from './stubs.ts'

/**
 * Cancels a run: one that waits at once; one that runs through its agent, or at once when the agent is away.
 * @throws NotFoundError, ConflictError when it has ended
 */
export async function cancelRun(
  db: Db,
  env: WorkerEnv,
  runId: string,
): Promise<{ status: RunStatus; cancel_requested: boolean }> {
  const cancelled = await endPendingRun(db, runId, { status: 'cancelled', error: null, nowMs: Date.now() })
  if (cancelled) {
    await announceEnd(env, runView(cancelled))
    return { status: 'cancelled', cancel_requested: false }
  }
  const asked = await requestCancel(db, runId)
  const run = await findRun(db, runId)
  if (!run) throw new NotFoundError('There is no run with this id.')
  if (!asked || run.agent_id === null || hasEnded(run.status)) {
    throw new ConflictError(`The run has already ended: it is ${run.status}.`)
  }
  const status = await agentLink(env, run.agent_id).cancel(runId)
  return { status, cancel_requested: true }
}
