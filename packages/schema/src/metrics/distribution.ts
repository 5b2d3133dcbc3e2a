import type { Distribution } from '../level-result.ts'
import { type SampleStatistics, statisticsOfCounted, statisticsOfSorted } from './sample-statistics.ts'

/** Statistics of the samples, in the samples' unit; null when there are none. The samples are not changed. */
export function distribution(samples: ArrayLike<number>): Distribution | null {
  return distributionOf(samples.length, (own) => own.set(samples))
}

/** As distribution, of so many samples that `write` puts into an array: without a second copy of them. */
export function distributionOf(count: number, write: (samples: Float64Array) => void): Distribution | null {
  const samples = new Float64Array(count)
  write(samples)
  return shown(statisticsOfSorted(samples.sort()))
}

/**
 * The distribution of a sample that holds each value as often as its weight says, without writing it out.
 * @param weights whole numbers of 1 or more, one for each value
 */
export function weightedDistribution(values: Float64Array, weights: Float64Array): Distribution | null {
  return shown(statisticsOfCounted(values, weights))
}

function shown(statistics: SampleStatistics | null): Distribution | null {
  if (statistics === null) return null
  const { min, max, mean, std, count, percentile } = statistics
  return {
    min,
    max,
    mean,
    std,
    p50: percentile(50),
    p90: percentile(90),
    p95: percentile(95),
    p99: percentile(99),
    p999: percentile(99.9),
    count,
  }
}
