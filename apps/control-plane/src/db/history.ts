import type { RunListItem, RunStatus } from '@llm-loadtest/schema'
import { and, desc, eq, getTableColumns, gte, lt, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Db } from './client.ts'
import { positionAt } from './position.ts'
import { containsText, runSearch } from './run-search.ts'
import { runHead } from './run-view.ts'
import { results, runCounts, runs } from './tables.ts'

export type HistoryFilter = {
  status?: RunStatus | undefined
  model?: string | undefined
  serverUrl?: string | undefined
  text?: string | undefined
  fromMs?: number | undefined
  toMs?: number | undefined
}

/** A page of the history: `total` is at least so many when it is capped; `next` is the position to go on after. */
export type HistorySlice = {
  runs: RunListItem[]
  total: number
  totalCapped: boolean
  next: number | null
}

/** Counting stops here where no count is kept, so that no question takes longer the more runs there are. */
export const MOST_COUNTED = 1000

/** Whether a count of the filter's runs is kept: it asks for kinds of runs only. */
function isCountKept({ text, fromMs, toMs }: HistoryFilter): boolean {
  return text === undefined && fromMs === undefined && toMs === undefined
}

function ofKind(table: typeof runs | typeof runCounts, filter: HistoryFilter): SQL | undefined {
  // A plus keeps an index from being used: that of the text alone gives the runs in their order.
  const sign = filter.text === undefined ? sql`` : sql`+`
  const isEqual = (column: SQLiteColumn, value: string | undefined) =>
    value === undefined ? undefined : sql`${sign}${column} = ${value}`
  return and(
    isEqual(table.status, filter.status),
    isEqual(table.model, filter.model),
    isEqual(table.server_url, filter.serverUrl),
  )
}

/** What finds the runs of a filter: their own index, or the search index, which is in the same order. */
function matching(
  filter: HistoryFilter,
  after: number | null,
): { position: SQLiteColumn; where: SQL | undefined } {
  const position = filter.text === undefined ? runs.position : runSearch.position
  const where = and(
    filter.text === undefined ? undefined : containsText(filter.text),
    filter.fromMs === undefined ? undefined : gte(position, positionAt(filter.fromMs)),
    filter.toMs === undefined ? undefined : lt(position, positionAt(filter.toMs + 1)),
    lt(position, after ?? Number.MAX_SAFE_INTEGER),
    ofKind(runs, filter),
  )
  return { position, where }
}

function countOf(db: Db, filter: HistoryFilter) {
  if (isCountKept(filter)) {
    return db
      .select({ total: sql`coalesce(sum(${runCounts.runs}), 0)`.mapWith(Number) })
      .from(runCounts)
      .where(ofKind(runCounts, filter))
  }
  const found = db
    .select({ one: sql`1`.as('one') })
    .from(runs)
    .$dynamic()
  if (filter.text !== undefined) found.innerJoin(runSearch, eq(runSearch.position, runs.position))
  const some = found.where(matching(filter, null).where).limit(MOST_COUNTED + 1)
  return db.select({ total: sql`count(*)`.mapWith(Number) }).from(some.as('found'))
}

function pageOf(db: Db, filter: HistoryFilter, page: { limit: number; after: number | null }) {
  const { config: _config, secrets: _secrets, ...columns } = getTableColumns(runs)
  const { position, where } = matching(filter, page.after)
  const found = db
    .select({ run: columns, summary: results.summary, verdict: results.verdict })
    .from(runs)
    .leftJoin(results, eq(results.run_id, runs.run_id))
    .$dynamic()
  if (filter.text !== undefined) found.innerJoin(runSearch, eq(runSearch.position, runs.position))
  return found
    .where(where)
    .orderBy(desc(position))
    .limit(page.limit + 1)
}

/** One page of runs, newest first. */
export async function listHistory(
  db: Db,
  filter: HistoryFilter,
  page: { limit: number; after: number | null },
): Promise<HistorySlice> {
  const [[counted], rows] = await db.batch([countOf(db, filter), pageOf(db, filter, page)])
  const shown = rows.slice(0, page.limit)
  const total = counted?.total ?? 0
  const totalCapped = !isCountKept(filter) && total > MOST_COUNTED
  return {
    runs: shown.map(({ run, summary, verdict }) => ({
      ...runHead({ ...run, secrets: null }),
      summary,
      verdict,
    })),
    total: totalCapped ? MOST_COUNTED : total,
    totalCapped,
    next: rows.length > page.limit ? (shown.at(-1)?.run.position ?? null) : null,
  }
}
