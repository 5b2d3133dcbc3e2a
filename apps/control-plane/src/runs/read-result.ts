import { RunResult } from '@llm-loadtest/schema'
import type { Db } from '../db/client.ts'
import { readGpuTrace } from '../db/gpu-trace.ts'
import { findRunWithResult } from '../db/run-events.ts'
import { runView } from '../db/run-view.ts'
import { assembleResult } from '../domain/run-result.ts'
import { NotFoundError } from '../errors.ts'

/**
 * A run's result as JSON text: the stored one when it has ended, else what there is so far.
 * @throws NotFoundError
 */
export async function readResultText(db: Db, runId: string): Promise<string> {
  const found = await findRunWithResult(db, runId)
  if (!found) throw new NotFoundError('There is no run with this id.')
  const { run, levels, storedResult } = found
  if (storedResult !== null) return storedResult
  const gpu = run.status === 'running' ? await readGpuTrace(db, runId) : null
  return JSON.stringify(assembleResult(runView(run), levels, gpu))
}

/** The same, parsed. */
export async function readResult(db: Db, runId: string): Promise<RunResult> {
  return RunResult.parse(JSON.parse(await readResultText(db, runId)))
}
