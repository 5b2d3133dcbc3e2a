import type { Comparison } from '@llm-loadtest/schema'
import { compareRuns } from '@llm-loadtest/schema/metrics'
import type { Db } from '../db/client.ts'
import { type ComparedRunRow, findComparedRuns, keepReplicates, type Replicates } from '../db/comparison.ts'
import { runHead } from '../db/run-view.ts'
import { configDifferences } from '../domain/config-differences.ts'
import { hasEnded } from '../domain/run-status.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import { makeReplicates } from './make-replicates.ts'

function refuseUnknown(runIds: readonly string[], found: ReadonlyMap<string, ComparedRunRow>): void {
  const unknown = runIds.filter((runId) => !found.has(runId))
  if (unknown.length === 0) return
  throw new NotFoundError(`There is no run ${unknown.join(', ')}; take the ids from the history.`)
}

function refuseUnended(rows: readonly ComparedRunRow[]): void {
  const unended = rows.filter(({ run }) => !hasEnded(run.status)).map(({ run }) => run.run_id)
  if (unended.length === 0) return
  throw new ConflictError(
    `Only runs that have ended can be compared: wait for ${unended.join(', ')}, or cancel what is not needed.`,
  )
}

/** What a run is compared by: what was kept, or else made now and kept. */
async function replicatesOf(db: Db, { run, kept }: ComparedRunRow): Promise<Replicates> {
  if (kept) return kept
  const made = await makeReplicates(db, run.run_id)
  await keepReplicates(db, run.run_id, { seq: run.last_seq, ...made })
  return made
}

/**
 * Compares runs that have ended, all with the baseline.
 * @throws NotFoundError, ConflictError naming the runs that are unknown, or have not ended
 */
export async function comparison(db: Db, runIds: string[], baselineId: string): Promise<Comparison> {
  const found = new Map((await findComparedRuns(db, runIds)).map((row) => [row.run.run_id, row]))
  refuseUnknown(runIds, found)
  const rows = runIds.flatMap((runId) => found.get(runId) ?? [])
  refuseUnended(rows)
  const compared = []
  for (const row of rows) {
    const { run_id, model, config } = row.run
    compared.push({ runId: run_id, model, config, ...(await replicatesOf(db, row)) })
  }
  return {
    baseline: baselineId,
    runs: rows.map(({ run, summary, verdict }) => ({
      ...runHead({ ...run, secrets: null }),
      summary,
      verdict,
    })),
    ...compareRuns(compared, baselineId),
    config_differences: configDifferences(
      rows.map(({ run }) => ({ runId: run.run_id, config: run.config, agentId: run.agent_id })),
    ),
  }
}
