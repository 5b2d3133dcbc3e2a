import type { RunView } from '@llm-loadtest/schema'
import type { WorkerEnv } from '../env.ts'
import { log, logError } from '../log.ts'
import { runChannel } from './stubs.ts'

/** Tells the log and a run's viewers how it ended. A failure is logged only: the channel also looks by itself. */
export async function announceEnd(env: WorkerEnv, run: RunView): Promise<void> {
  const { run_id, agent_id, status, error } = run
  log.info('run ended', { run_id, agent_id, status, reason: error?.code })
  try {
    await runChannel(env, run.run_id).finish(run)
  } catch (error) {
    logError('telling the viewers failed', error, { run_id: run.run_id })
  }
}
