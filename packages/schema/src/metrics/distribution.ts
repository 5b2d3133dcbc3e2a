import type { Distribution } from '../level-result.ts'

/**
 * Percentile by linear interpolation between closest ranks: rank = (n − 1) · p / 100.
 * Source: numpy.percentile, method "linear" (its default).
 * @param count how many samples there are, at least one
 * @param at the sample of a rank, 0 to count − 1, in ascending order
 * @param percent 0 to 100
 */
export function percentileAt(
  count: number,
  at: (rank: number) => number | undefined,
  percent: number,
): number {
  const rank = ((count - 1) * percent) / 100
  const below = Math.floor(rank)
  const low = at(below)
  const high = at(Math.min(below + 1, count - 1))
  if (low === undefined || high === undefined) throw new RangeError('percentile of no samples')
  return low + (high - low) * (rank - below)
}

/**
 * As percentileAt, of an array.
 * @param sorted samples in ascending order, at least one
 */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  return percentileAt(sorted.length, (rank) => sorted[rank], percent)
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
  return statistics(count, mean, squares, (rank) => sorted[rank])
}

/**
 * The distribution of a sample that holds each value as often as its weight says, without writing it out.
 * @param weights whole numbers of 1 or more, one for each value
 */
export function weightedDistribution(values: Float64Array, weights: Float64Array): Distribution | null {
  const sorted = values.toSorted()
  // How many samples there are up to and with each value; all those of equal values stand at the first of them.
  const upTo = new Float64Array(values.length)
  let sum = 0
  let count = 0
  for (let i = 0; i < values.length; i++) {
    const [value, weight] = [values[i] ?? 0, weights[i] ?? 0]
    const place = lowerBound(sorted, value)
    upTo[place] = (upTo[place] ?? 0) + weight
    sum += value * weight
    count += weight
  }
  if (count === 0) return null
  const mean = sum / count
  let [squares, before] = [0, 0]
  for (let i = 0; i < sorted.length; i++) {
    const weight = upTo[i] ?? 0
    squares += weight * ((sorted[i] ?? 0) - mean) ** 2
    before += weight
    upTo[i] = before
  }
  return statistics(count, mean, squares, (rank) => sorted[lowerBound(upTo, rank + 1)])
}

/** Index of the first entry that is not below `value`; the length when all are. @param sorted in ascending order */
function lowerBound(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** @param squares Σ of the squared distances from the mean @param at the sample of each rank */
function statistics(
  count: number,
  mean: number,
  squares: number,
  at: (rank: number) => number | undefined,
): Distribution {
  const of = (percent: number) => percentileAt(count, at, percent)
  return {
    min: of(0),
    max: of(100),
    mean,
    std: Math.sqrt(squares / count),
    p50: of(50),
    p90: of(90),
    p95: of(95),
    p99: of(99),
    p999: of(99.9),
    count,
  }
}
