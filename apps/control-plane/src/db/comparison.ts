import type { LevelFigures } from '@llm-loadtest/schema'
import { REPLICATES_METHOD } from '@llm-loadtest/schema/metrics'
import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm'
import type { Db } from './client.ts'
import { results, runReplicates, runs } from './tables.ts'

/** What an ended run is compared by: its levels' figures, and the bootstrap replicates of each, one after another. */
export type Replicates = { levels: LevelFigures[]; replicates: Float32Array }

const floatsOf = (bytes: Uint8Array): Float32Array => new Float32Array(new Uint8Array(bytes).buffer)
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/** The runs of these ids with what is kept to compare them by; null when that has still to be made. */
export async function findComparedRuns(db: Db, runIds: string[]) {
  const { secrets: _secrets, ...columns } = getTableColumns(runs)
  const isCurrent = and(
    eq(runReplicates.run_id, runs.run_id),
    eq(runReplicates.method, REPLICATES_METHOD),
    // Events that came after the run had ended change its result.
    eq(runReplicates.seq, runs.last_seq),
  )
  const rows = await db
    .select({
      run: columns,
      summary: results.summary,
      verdict: results.verdict,
      kept: { levels: runReplicates.levels, replicates: runReplicates.replicates },
    })
    .from(runs)
    .leftJoin(results, eq(results.run_id, runs.run_id))
    .leftJoin(runReplicates, isCurrent)
    .where(inArray(runs.run_id, runIds))
  return rows.map(({ kept, ...row }): typeof row & { kept: Replicates | null } => ({
    ...row,
    kept: kept && { levels: kept.levels, replicates: floatsOf(kept.replicates) },
  }))
}
export type ComparedRunRow = Awaited<ReturnType<typeof findComparedRuns>>[number]

/** Keeps what a run is compared by; `seq` is its last_seq when it was read. A run that was deleted meanwhile gets none. */
export async function keepReplicates(
  db: Db,
  runId: string,
  { seq, levels, replicates }: Replicates & { seq: number },
): Promise<void> {
  const bytes = bytesOf(replicates)
  await db
    .insert(runReplicates)
    .select(
      sql`select ${runs.run_id}, ${REPLICATES_METHOD}, ${seq}, ${JSON.stringify(levels)}, ${bytes} from ${runs} where ${runs.run_id} = ${runId}`,
    )
    .onConflictDoUpdate({
      target: runReplicates.run_id,
      set: { method: REPLICATES_METHOD, seq, levels, replicates: bytes },
    })
}
