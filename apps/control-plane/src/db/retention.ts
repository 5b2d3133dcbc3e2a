import { and, asc, count, inArray, lt, notInArray } from 'drizzle-orm'
import type { Db } from './client.ts'
import { positionAt } from './position.ts'
import { idempotencyKeys, runs } from './tables.ts'

/** Ended runs that were created before a moment (Unix ms). */
function endedBefore(beforeMs: number) {
  // Not as three equalities: the index by status would be taken, and all of the runs sorted.
  return and(notInArray(runs.status, ['pending', 'running']), lt(runs.position, positionAt(beforeMs)))
}

/** How many ended runs were created before a moment (Unix ms). */
export async function countExpiredRuns(db: Db, beforeMs: number): Promise<number> {
  const row = await db.select({ runs: count() }).from(runs).where(endedBefore(beforeMs)).get()
  return row?.runs ?? 0
}

/** Deletes up to `limit` of those runs with all they stored, the oldest first. Returns their ids. */
export async function deleteExpiredRuns(db: Db, beforeMs: number, limit: number): Promise<string[]> {
  const oldest = db
    .select({ run_id: runs.run_id })
    .from(runs)
    .where(endedBefore(beforeMs))
    .orderBy(asc(runs.position))
    .limit(limit)
  const [, deleted] = await db.batch([
    db.delete(idempotencyKeys).where(inArray(idempotencyKeys.run_id, oldest)),
    db.delete(runs).where(inArray(runs.run_id, oldest)).returning({ run_id: runs.run_id }),
  ])
  return deleted.map((run) => run.run_id)
}
