import type { Distribution } from '../level-result.ts'

/**
 * Percentile by linear interpolation between closest ranks: rank = (n − 1) · p / 100.
 * Source: numpy.percentile, method "linear" (its default).
 * @param count how many samples there are, at least one
 * @param at the sample of a rank, 0 to count − 1, in ascending order
 * @param percent 0 to 100
 */
export function percentileAt(count: number, at: (rank: number) => number, percent: number): number {
  const rank = ((count - 1) * percent) / 100
  const below = Math.floor(rank)
  const low = at(below)
  return low + (at(Math.min(below + 1, count - 1)) - low) * (rank - below)
}

/**
 * As percentileAt, of an array.
 * @param sorted samples in ascending order, at least one
 */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  if (sorted.length === 0) throw new RangeError('percentile of no samples')
  return percentileAt(sorted.length, (rank) => sorted[rank] ?? Number.NaN, percent)
}

/** Statistics of the samples, in the samples' unit; null when there are none. The samples are not changed. */
export function distribution(samples: ArrayLike<number>): Distribution | null {
  return distributionOf(samples.length, (own) => own.set(samples))
}

/** As distribution, of so many samples that `write` puts into an array: without a second copy of them. */
export function distributionOf(count: number, write: (samples: Float64Array) => void): Distribution | null {
  const sorted = new Float64Array(count)
  write(sorted)
  sorted.sort()
  if (count === 0) return null
  let sum = 0
  for (let i = 0; i < count; i++) sum += sorted[i] ?? 0
  const mean = sum / count
  let squares = 0
  for (let i = 0; i < count; i++) squares += ((sorted[i] ?? 0) - mean) ** 2
  return {
    min: percentile(sorted, 0),
    max: percentile(sorted, 100),
    mean,
    std: Math.sqrt(squares / count),
    p50: percentile(sorted, 50),
    p90: percentile(sorted, 90),
    p95: percentile(sorted, 95),
    p99: percentile(sorted, 99),
    p999: percentile(sorted, 99.9),
    count,
  }
}
