import type { RunView } from '@llm-loadtest/schema'
import type { WorkerEnv } from '../env.ts'
import { logError } from '../log.ts'
import { runChannel } from './stubs.ts'

/** Tells a run's viewers how it ended. A failure is logged only: the channel also looks by itself. */
export async function announceEnd(env: WorkerEnv, run: RunView): Promise<void> {
  try {
    await runChannel(env, run.run_id).finish(run)
  } catch (error) {
    logError('telling the viewers failed', error, { run_id: run.run_id })
  }
}
