import { percentileAt } from './distribution.ts'

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
  const sorted = Float64Array.from(samples).sort()
  const count = sorted.length
  if (count === 0) return null
  const sum = sorted.reduce((total, value) => total + value, 0)
  const mean = sum / count
  const squares = sorted.reduce((total, value) => total + (value - mean) ** 2, 0)
  const at = (rank: number): number => sorted[rank] ?? Number.NaN
  return {
    count,
    sum,
    min: at(0),
    max: at(count - 1),
    mean,
    std: Math.sqrt(squares / count),
    percentile: (percent) => percentileAt(count, at, percent),
  }
}

const MICROSECONDS_PER_MS = 1000

/**
 * Times in ms kept as how often each came, to the microsecond, which is the resolution records are stored in: exact, and
 * of a size that the gaps of millions of tokens do not swell, for they repeat.
 */
export class TimeCounts {
  readonly #counts = new Map<number, number>()
  #total = 0

  add(ms: number): void {
    const key = Math.round(ms * MICROSECONDS_PER_MS)
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    this.#total++
  }

  /** Statistics of the times, ms; null when there are none. */
  statistics(): SampleStatistics | null {
    const count = this.#total
    if (count === 0) return null
    const sorted = [...this.#counts].sort(([a], [b]) => a - b)
    const weigh = (of: (ms: number) => number) =>
      sorted.reduce((total, [key, times]) => total + of(key / MICROSECONDS_PER_MS) * times, 0)
    const sum = weigh((ms) => ms)
    const mean = sum / count
    const at = rankReader(sorted)
    return {
      count,
      sum,
      min: at(0),
      max: at(count - 1),
      mean,
      std: Math.sqrt(weigh((ms) => (ms - mean) ** 2) / count),
      percentile: (percent) => percentileAt(count, at, percent),
    }
  }
}

/** Reads the sample of a rank, in ms, from [microseconds, times] pairs in ascending order. */
function rankReader(sorted: readonly [number, number][]): (rank: number) => number {
  const ends: number[] = []
  for (const [, times] of sorted) ends.push((ends.at(-1) ?? 0) + times)
  return (rank) => {
    let low = 0
    let high = ends.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] ?? 0) > rank) high = middle
      else low = middle + 1
    }
    return (sorted[low]?.[0] ?? Number.NaN) / MICROSECONDS_PER_MS
  }
}
