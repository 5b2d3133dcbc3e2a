import type { RunListItem, RunStatus } from '@llm-loadtest/schema'
import { and, desc, eq, getTableColumns, gte, lt, lte, or, type SQL, sql } from 'drizzle-orm'
import type { Cursor } from '../domain/cursor.ts'
import type { Db } from './client.ts'
import { runHead } from './run-view.ts'
import { results, runs } from './tables.ts'

export type HistoryFilter = {
  status?: RunStatus | undefined
  model?: string | undefined
  serverUrl?: string | undefined
  text?: string | undefined
  fromMs?: number | undefined
  toMs?: number | undefined
}

/** Runs whose name, model, server, tags or id contain the text, case-insensitively for ASCII. */
function containsText(text: string): SQL {
  const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
  const haystack = sql`coalesce(${runs.name}, '') || char(10) || ${runs.model} || char(10) || ${runs.server_url} || char(10) || ${runs.tags} || char(10) || ${runs.run_id}`
  return sql`(${haystack}) like ${pattern} escape '\\'`
}

function matching(filter: HistoryFilter): SQL | undefined {
  return and(
    filter.status === undefined ? undefined : eq(runs.status, filter.status),
    filter.model === undefined ? undefined : eq(runs.model, filter.model),
    filter.serverUrl === undefined ? undefined : eq(runs.server_url, filter.serverUrl),
    filter.text === undefined ? undefined : containsText(filter.text),
    filter.fromMs === undefined ? undefined : gte(runs.created_at, filter.fromMs),
    filter.toMs === undefined ? undefined : lte(runs.created_at, filter.toMs),
  )
}

/** One page of runs, newest first: keyset pagination on (created_at, run_id). `next` is null on the last page. */
export async function listHistory(
  db: Db,
  filter: HistoryFilter,
  page: { limit: number; after: Cursor | null },
): Promise<{ runs: RunListItem[]; total: number; next: Cursor | null }> {
  const { after } = page
  const older =
    after === null
      ? undefined
      : or(
          lt(runs.created_at, after.createdAtMs),
          and(eq(runs.created_at, after.createdAtMs), lt(runs.run_id, after.runId)),
        )
  const { config: _config, secrets: _secrets, ...columns } = getTableColumns(runs)
  const [[counted], rows] = await db.batch([
    db
      .select({ total: sql`count(*)`.mapWith(Number) })
      .from(runs)
      .where(matching(filter)),
    db
      .select({ run: columns, summary: results.summary, verdict: results.verdict })
      .from(runs)
      .leftJoin(results, eq(results.run_id, runs.run_id))
      .where(and(matching(filter), older))
      .orderBy(desc(runs.created_at), desc(runs.run_id))
      .limit(page.limit + 1),
  ])
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)?.run
  return {
    runs: shown.map(({ run, summary, verdict }) => ({
      ...runHead({ ...run, secrets: null }),
      summary,
      verdict,
    })),
    total: counted?.total ?? 0,
    next: rows.length > page.limit && last ? { createdAtMs: last.created_at, runId: last.run_id } : null,
  }
}
