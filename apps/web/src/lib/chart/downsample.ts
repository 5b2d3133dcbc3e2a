/** One x with a value per series; null is a gap. */
export type ChartRow = { x: number; values: readonly (number | null)[] }

type Keep = (index: number) => void

/** In one bucket keeps, of a series, the lowest, the highest and the first gap. */
function keepSeries(rows: readonly ChartRow[], from: number, to: number, series: number, keep: Keep): void {
  let low = -1
  let high = -1
  let gap = -1
  const at = (index: number): number | null => rows[index]?.values[series] ?? null
  for (let i = from; i < to; i++) {
    const value = at(i)
    if (value === null) {
      if (gap < 0) gap = i
      continue
    }
    if (low < 0 || value < (at(low) ?? value)) low = i
    if (high < 0 || value > (at(high) ?? value)) high = i
  }
  for (const index of [low, high, gap]) if (index >= 0) keep(index)
}

/**
 * Fewer rows with the same picture: of every bucket and series the minimum, the maximum and a gap stay as they are,
 * as do the first and the last row. Nothing is averaged, so that a spike is never smoothed away.
 * @param rows sorted by x
 * @param buckets about one per two pixels
 */
export function downsample(rows: readonly ChartRow[], buckets: number): readonly ChartRow[] {
  const seriesCount = rows[0]?.values.length ?? 0
  if (rows.length <= buckets * 2) return rows
  const kept = new Set([0, rows.length - 1])
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * rows.length) / buckets)
    const to = Math.floor(((bucket + 1) * rows.length) / buckets)
    for (let series = 0; series < seriesCount; series++) {
      keepSeries(rows, from, to, series, (index) => kept.add(index))
    }
  }
  return [...kept]
    .sort((a, b) => a - b)
    .flatMap((index) => {
      const row = rows[index]
      return row ? [row] : []
    })
}
