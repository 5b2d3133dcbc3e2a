import type { RunStatus } from '@llm-loadtest/schema'
import { sql } from 'drizzle-orm'
import type { Db } from './client.ts'
import { runCounts } from './tables.ts'

/** How many runs there are in each status; one that no run is in is left out. */
export async function countRunsByStatus(db: Db): Promise<Map<RunStatus, number>> {
  const rows = await db
    .select({ status: runCounts.status, runs: sql`sum(${runCounts.runs})`.mapWith(Number) })
    .from(runCounts)
    .groupBy(runCounts.status)
  return new Map(rows.map((row) => [row.status, row.runs]))
}
