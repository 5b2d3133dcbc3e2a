import { type LevelFigures, MAX_LEVELS, RunResult } from '@llm-loadtest/schema'
import {
  LevelSample,
  levelFigures,
  levelReplicates,
  REPLICATES_OF_LEVEL,
  withIntervals,
} from '@llm-loadtest/schema/metrics'
import type { Db } from '../db/client.ts'
import type { Replicates } from '../db/comparison.ts'
import { batchSizes, readBatches } from '../db/request-batches.ts'
import { findRunWithResult } from '../db/run-events.ts'
import { type BatchSize, chooseBatches } from '../domain/batch-choice.ts'
import { BatchError, readBatch } from '../domain/request-batch.ts'
import { logError } from '../log.ts'

/** Most records read of a level, and of a run: more would tell little more of how much its figures vary. */
const MAX_RECORDS_OF_LEVEL = 2500
const MAX_RECORDS_OF_RUN = 10_000
/** Batches in memory at once, of 500 records at most each. */
const BATCHES_AT_ONCE = 4

async function sampleLevel(
  db: Db,
  runId: string,
  sample: LevelSample,
  sizes: readonly BatchSize[],
  limit: number,
): Promise<void> {
  const chosen = chooseBatches(sizes, limit)
  for (let start = 0; start < chosen.length; start += BATCHES_AT_ONCE) {
    const some = new Map(
      chosen.slice(start, start + BATCHES_AT_ONCE).map(({ seq, follows }) => [seq, follows]),
    )
    for (const { seq, data } of await readBatches(db, runId, [...some.keys()])) {
      try {
        sample.add(await readBatch(new Uint8Array(data)), some.get(seq) ?? false)
      } catch (error) {
        if (!(error instanceof BatchError)) throw error
        // Its figures are known; one batch less to tell their noise by must not keep the run from being compared.
        logError('a request batch cannot be read', error, { run_id: runId })
      }
    }
  }
}

/**
 * Bootstrap replicates of an ended run's figures, from a bounded number of its request records. The same run always gets
 * the same ones.
 */
export async function makeReplicates(db: Db, runId: string): Promise<Replicates> {
  const stored = (await findRunWithResult(db, runId))?.storedResult ?? null
  // A run that was cancelled before it began has no result.
  if (stored === null) return { levels: [], replicates: new Float32Array(0) }
  const run = RunResult.parse(JSON.parse(stored))
  const sizes = Map.groupBy(await batchSizes(db, runId), ({ levelIndex }) => levelIndex)
  const limit = Math.min(
    MAX_RECORDS_OF_LEVEL,
    Math.ceil(MAX_RECORDS_OF_RUN / Math.min(MAX_LEVELS, Math.max(1, run.results.length))),
  )
  const replicates = new Float32Array(run.results.length * REPLICATES_OF_LEVEL)
  const levels: LevelFigures[] = []
  for (const [i, figures] of levelFigures(run).entries()) {
    const level = run.results[i]
    if (!level) continue
    const sample = new LevelSample(
      level,
      run.config.goodput_thresholds,
      Math.min(limit, level.total_requests),
    )
    await sampleLevel(db, runId, sample, sizes.get(level.index) ?? [], limit)
    const sampled = { ...figures, sampled_requests: sample.requests }
    const own = levelReplicates(sampled, sample, `${runId} ${level.index}`)
    replicates.set(own, i * REPLICATES_OF_LEVEL)
    levels.push(withIntervals(sampled, own))
  }
  return { levels, replicates }
}
