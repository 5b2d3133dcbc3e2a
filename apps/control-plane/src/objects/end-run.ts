import { loadLevels, type RequestRecord, type RunResult } from '@llm-loadtest/schema'
import type { Db } from '../db/client.ts'
import { batchesOutside, type Ending, endRunningRun, storedLevels } from '../db/run-events.ts'
import { runView } from '../db/run-view.ts'
import type { RunRow } from '../db/runs.ts'
import { readBatch } from '../domain/request-batch.ts'
import { assembleResult, levelsFromRecords } from '../domain/run-result.ts'
import type { WorkerEnv } from '../env.ts'
import { logError } from '../log.ts'
import { announceEnd } from './announce-end.ts'

async function readBatches(batches: Uint8Array[], runId: string): Promise<RequestRecord[]> {
  const records: RequestRecord[] = []
  for (const batch of batches) {
    try {
      records.push(...(await readBatch(new Uint8Array(batch))))
    } catch (error) {
      // One unreadable batch must not keep the run from ending with all the others.
      logError('a request batch cannot be read', error, { run_id: runId })
    }
  }
  return records
}

/** The result of a run from all that is stored of it; levels the agent sent no result of are computed. */
export async function resultFromStore(db: Db, run: RunRow): Promise<RunResult> {
  const levels = await storedLevels(db, run.run_id)
  if (levels.length < loadLevels(run.config).length) {
    const stored = levels.map((level) => level.index)
    const records = await readBatches(await batchesOutside(db, run.run_id, stored), run.run_id)
    levels.push(...levelsFromRecords(run.config, records))
  }
  return assembleResult(runView(run), levels)
}

/** Ends a running run with what has arrived of it and tells its viewers. False when it no longer ran. */
export async function endRun(env: WorkerEnv, db: Db, run: RunRow, ending: Ending): Promise<boolean> {
  const ended: RunRow = {
    ...run,
    status: ending.status,
    error: ending.error,
    started_at: ending.startedAtMs,
    completed_at: ending.completedAtMs,
    duration_seconds: ending.durationSeconds,
  }
  const result = await resultFromStore(db, ended)
  if (!(await endRunningRun(db, result, ending))) return false
  await announceEnd(env, runView(ended))
  return true
}
