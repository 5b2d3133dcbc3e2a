import { loadLevels, type RequestRecord, type RunResult } from '@llm-loadtest/schema'
import type { GpuTrace } from '@llm-loadtest/schema/metrics'
import type { Db } from '../db/client.ts'
import { isDatabaseUnreachable } from '../db/failure.ts'
import { readGpuTrace } from '../db/gpu-trace.ts'
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

/** A run's GPU samples; null when they cannot be read, which must not keep it from ending with the rest. */
async function gpuOf(db: Db, runId: string): Promise<GpuTrace | null> {
  try {
    return await readGpuTrace(db, runId)
  } catch (error) {
    if (isDatabaseUnreachable(error)) throw error
    logError('the GPU samples cannot be read', error, { run_id: runId })
    return null
  }
}

/** The result of a run from all that is stored of it; levels the agent sent no result of are computed. */
export async function resultFromStore(db: Db, run: RunRow): Promise<RunResult> {
  const levels = await storedLevels(db, run.run_id)
  if (levels.length < loadLevels(run.config).length) {
    const stored = levels.map((level) => level.index)
    const records = await readBatches(await batchesOutside(db, run.run_id, stored), run.run_id)
    levels.push(...levelsFromRecords(run.config, records))
  }
  return assembleResult(runView(run), levels, await gpuOf(db, run.run_id))
}

function endedRow(run: RunRow, ending: Ending): RunRow {
  return {
    ...run,
    status: ending.status,
    error: ending.error,
    started_at: ending.startedAtMs,
    completed_at: ending.completedAtMs,
    duration_seconds: ending.durationSeconds,
  }
}

/** The ending of a run whose result cannot be made or stored. */
function withoutResult(ending: Ending): Ending {
  const message =
    "The run's result could not be made from what was stored of it; the log of the control plane says why. Start it again."
  return { ...ending, status: 'failed', error: { code: 'internal', message } }
}

/** Ends a running run with what has arrived of it, or empty when that fails: it must not run for ever. */
async function storeEnd(db: Db, run: RunRow, ending: Ending): Promise<{ ended: RunRow; stored: boolean }> {
  const ended = endedRow(run, ending)
  try {
    return { ended, stored: await endRunningRun(db, await resultFromStore(db, ended), ending) }
  } catch (error) {
    // Then it is tried again, with all its data.
    if (isDatabaseUnreachable(error)) throw error
    logError('a result cannot be made or stored', error, { run_id: run.run_id })
  }
  const failure = withoutResult(ending)
  const failed = endedRow(run, failure)
  return {
    ended: failed,
    stored: await endRunningRun(db, assembleResult(runView(failed), [], null), failure),
  }
}

/** Ends a running run with what has arrived of it and tells its viewers. False when it no longer ran. */
export async function endRun(env: WorkerEnv, db: Db, run: RunRow, ending: Ending): Promise<boolean> {
  const { ended, stored } = await storeEnd(db, run, ending)
  if (stored) await announceEnd(env, runView(ended))
  return stored
}
