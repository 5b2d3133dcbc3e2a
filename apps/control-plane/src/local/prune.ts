import { withDb } from '../db/client.ts'
import { countExpiredRuns, deleteExpiredRuns } from '../db/retention.ts'

const AT_ONCE = 10

/** Deletes the ended runs that were created before a moment (Unix ms), or only counts them. Returns how many. */
export async function pruneDatabase(
  { url: databaseUrl, authToken: databaseToken }: { url: string; authToken: string },
  { beforeMs, dryRun }: { beforeMs: number; dryRun: boolean },
): Promise<number> {
  return withDb({ databaseUrl, databaseToken }, async (db) => {
    if (dryRun) return countExpiredRuns(db, beforeMs)
    let pruned = 0
    for (;;) {
      const deleted = await deleteExpiredRuns(db, beforeMs, AT_ONCE)
      pruned += deleted.length
      if (deleted.length < AT_ONCE) return pruned
    }
  })
}
