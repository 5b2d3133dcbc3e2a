import { resultCache } from '../cache/result-cache.ts'
import { withDb } from '../db/client.ts'
import { deleteExpiredRuns } from '../db/retention.ts'
import { readSettings, type WorkerEnv } from '../env.ts'
import { log, logError } from '../log.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** Runs deleted in one transaction: others wait for it. */
const AT_ONCE = 10
/** Most transactions in one go; the next hour goes on. */
const MOST_TRANSACTIONS = 1000

/** Deletes the ended runs that are older than LLM_LOADTEST_RETENTION_DAYS, with all they stored. Failures are logged only. */
export async function pruneRuns(env: WorkerEnv, nowMs: number = Date.now()): Promise<void> {
  try {
    const settings = readSettings(env)
    if (settings.retentionDays === undefined) return
    const beforeMs = nowMs - settings.retentionDays * DAY_MS
    const cache = resultCache(env, settings)
    let pruned = 0
    for (let i = 0; i < MOST_TRANSACTIONS; i++) {
      const runIds = await withDb(settings, (db) => deleteExpiredRuns(db, beforeMs, AT_ONCE))
      await Promise.all(runIds.map((runId) => cache.delete(runId)))
      pruned += runIds.length
      if (runIds.length < AT_ONCE) break
    }
    if (pruned > 0) log.info('old runs deleted', { runs: pruned })
  } catch (error) {
    logError('deleting old runs failed', error)
  }
}
