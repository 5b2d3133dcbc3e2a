import { and, asc, eq, gt, inArray } from 'drizzle-orm'
import type { Db } from './client.ts'
import { requestBatches } from './tables.ts'

/** Batches read at once: of 500 records at most each, so that a page is a few MiB. */
const PAGE_BATCHES = 4

/** Some of a run's request batches, `last` when none follow. */
export type BatchPage = { batches: { seq: number; data: Uint8Array<ArrayBuffer> }[]; last: boolean }

/**
 * The next stored request batches of a run in the order they came, of one level or of all.
 * @param afterSeq seq of the last batch read before; 0 for the first page
 */
export async function readBatchPage(
  db: Db,
  runId: string,
  levelIndex: number | null,
  afterSeq: number,
): Promise<BatchPage> {
  const rows = await db
    .select({ seq: requestBatches.seq, data: requestBatches.data })
    .from(requestBatches)
    .where(
      and(
        eq(requestBatches.run_id, runId),
        gt(requestBatches.seq, afterSeq),
        levelIndex === null ? undefined : eq(requestBatches.level_index, levelIndex),
      ),
    )
    .orderBy(asc(requestBatches.seq))
    .limit(PAGE_BATCHES)
  const batches = rows.map(({ seq, data }) => ({ seq, data: new Uint8Array(data) }))
  return { batches, last: rows.length < PAGE_BATCHES }
}

/** How large the request batches of a run are, in the order they came. */
export async function batchSizes(db: Db, runId: string) {
  return db
    .select({
      seq: requestBatches.seq,
      levelIndex: requestBatches.level_index,
      count: requestBatches.count,
    })
    .from(requestBatches)
    .where(eq(requestBatches.run_id, runId))
    .orderBy(asc(requestBatches.seq))
}

/** The packed records of some request batches of a run, in the order they came. */
export async function readBatches(db: Db, runId: string, seqs: number[]) {
  return db
    .select({ seq: requestBatches.seq, data: requestBatches.data })
    .from(requestBatches)
    .where(and(eq(requestBatches.run_id, runId), inArray(requestBatches.seq, seqs)))
    .orderBy(asc(requestBatches.seq))
}
