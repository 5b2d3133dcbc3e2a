import type { ChartRow } from './downsample.ts'

/** The rows whose value stands between two gaps: a line through it has no length, so it needs a dot to be seen. */
export function isolatedRows(rows: readonly ChartRow[], series: number): ReadonlySet<ChartRow> {
  const has = (row: ChartRow | undefined): boolean => (row?.values[series] ?? null) !== null
  return new Set(rows.filter((row, i) => has(row) && !has(rows[i - 1]) && !has(rows[i + 1])))
}
