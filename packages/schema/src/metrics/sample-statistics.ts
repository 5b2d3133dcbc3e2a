import { percentileAt } from './percentile.ts'

/** Statistics of samples, in their unit; `std` is the population's, a percentile goes by linear interpolation. */
export type SampleStatistics = {
  count: number
  sum: number
  min: number
  max: number
  mean: number
  std: number
  /** @param percent 0 to 100 */
  percentile: (percent: number) => number
}

/** Statistics over exact samples with any percentile; null when there are none. The samples are not changed. */
export function sampleStatistics(samples: ArrayLike<number>): SampleStatistics | null {
  return statisticsOfSorted(Float64Array.from(samples).sort())
}

/** As sampleStatistics. @param sorted the samples in ascending order */
export function statisticsOfSorted(sorted: Float64Array): SampleStatistics | null {
  const count = sorted.length
  if (count === 0) return null
  let sum = 0
  for (let i = 0; i < count; i++) sum += sorted[i] ?? 0
  const mean = sum / count
  let squares = 0
  for (let i = 0; i < count; i++) squares += ((sorted[i] ?? 0) - mean) ** 2
  return statistics({ count, sum, squares }, (rank) => sorted[rank])
}

/**
 * Statistics of a sample that holds each value as often as its count says, without writing it out.
 * @param counts whole numbers of 1 or more, one for each value; values may come several times
 */
export function statisticsOfCounted(values: Float64Array, counts: Float64Array): SampleStatistics | null {
  const sorted = values.toSorted()
  // How many samples there are up to and with each value; all those of equal values stand at the first of them.
  const upTo = new Float64Array(values.length)
  let [sum, count] = [0, 0]
  for (let i = 0; i < values.length; i++) {
    const [value, times] = [values[i] ?? 0, counts[i] ?? 0]
    const place = lowerBound(sorted, value)
    upTo[place] = (upTo[place] ?? 0) + times
    sum += value * times
    count += times
  }
  if (count === 0) return null
  const mean = sum / count
  let [squares, before] = [0, 0]
  for (let i = 0; i < sorted.length; i++) {
    const times = upTo[i] ?? 0
    squares += times * ((sorted[i] ?? 0) - mean) ** 2
    before += times
    upTo[i] = before
  }
  return statistics({ count, sum, squares }, (rank) => sorted[lowerBound(upTo, rank + 1)])
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
  { count, sum, squares }: { count: number; sum: number; squares: number },
  at: (rank: number) => number | undefined,
): SampleStatistics {
  const percentile = (percent: number) => percentileAt(count, at, percent)
  return {
    count,
    sum,
    min: percentile(0),
    max: percentile(100),
    mean: sum / count,
    std: Math.sqrt(squares / count),
    percentile,
  }
}

const MICROSECONDS_PER_MS = 1000

/**
 * Times in ms kept as how often each came, to the microsecond, which is the resolution records are stored in: exact, and
 * of a size that the gaps of millions of tokens do not swell, for they repeat.
 */
export class TimeCounts {
  readonly #counts = new Map<number, number>()

  add(ms: number): void {
    const key = Math.round(ms * MICROSECONDS_PER_MS)
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  /** Statistics of the times, ms; null when there are none. */
  statistics(): SampleStatistics | null {
    const times = Float64Array.from(this.#counts.keys(), (key) => key / MICROSECONDS_PER_MS)
    return statisticsOfCounted(times, Float64Array.from(this.#counts.values()))
  }
}
