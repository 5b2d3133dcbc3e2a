import { COMPARED_METRICS, type ComparedMetric, type LevelFigures } from '../comparison.ts'
import { resample } from './block-bootstrap.ts'
import type { LevelSample } from './level-sample.ts'
import { interval } from './metric-change.ts'
import { drawnPercentile } from './weighted-samples.ts'

/** To be raised when replicates of the same requests would come out otherwise: kept ones are then made anew. */
export const REPLICATES_METHOD = 1
/** Replicates of each figure: at 95 %, 12 of them lie beyond either end of the interval. */
export const REPLICATES = 500
/** Floats that levelReplicates gives. */
export const REPLICATES_OF_LEVEL = COMPARED_METRICS.length * REPLICATES

/** Fewer requests than this do not tell how much a figure varies; nor fewer than that of how much a p99 does. */
const MIN_REQUESTS = 30
const MIN_REQUESTS_OF_P99 = 100

/** How a figure follows from the requests drawn, and of how many of all it is known here. */
type Estimator = { of: (drawn: Int32Array) => number; sampled: number; all: number; needs: number }

const sum = (values: readonly number[], drawn: Int32Array): number => {
  let total = 0
  for (let i = 0; i < values.length; i++) total += (values[i] ?? 0) * (drawn[i] ?? 0)
  return total
}

function latencyEstimators(
  sample: LevelSample,
  latency: 'ttft' | 'tpot' | 'e2e' | 'itl',
  all: number,
): { p50: Estimator; p99: Estimator } {
  const samples = sample.samples(latency)
  const sampled = samples.totals.reduce((count, own) => count + (own > 0 ? 1 : 0), 0)
  const known = latency === 'itl' ? sample.withGaps : sample.ok
  const of = (percent: number) => (drawn: Int32Array) => drawnPercentile(samples, drawn, percent)
  // Of the requests that were looked at, all have this latency or lack it for good.
  const share = { sampled, all: known === 0 ? 0 : (all * sampled) / known }
  // The gaps of one request reach into the tail by themselves.
  const needs = latency === 'itl' ? MIN_REQUESTS : MIN_REQUESTS_OF_P99
  return { p50: { of: of(50), ...share, needs: MIN_REQUESTS }, p99: { of: of(99), ...share, needs } }
}

function estimators(figures: LevelFigures, sample: LevelSample): Partial<Record<ComparedMetric, Estimator>> {
  const { requests, outputTokens, timeMs, failed, good } = sample
  const every = { sampled: requests, all: figures.total_requests, needs: MIN_REQUESTS }
  const okOfAll = (figures.total_requests * sample.ok) / Math.max(1, requests)
  const latencies = (['ttft', 'tpot', 'itl', 'e2e'] as const).map((latency) => {
    const { p50, p99 } = latencyEstimators(sample, latency, okOfAll)
    return { [`${latency}_p50_ms`]: p50, [`${latency}_p99_ms`]: p99 }
  })
  const throughput = (drawn: Int32Array) => (1000 * sum(outputTokens, drawn)) / sum(timeMs, drawn)
  const unit = throughput(new Int32Array(requests).fill(1))
  const percentOf = (values: readonly number[]) => (drawn: Int32Array) =>
    (100 * sum(values, drawn)) / requests
  return Object.assign({}, ...latencies, {
    // Tokens over the time of the requests drawn, in proportion to the level's own.
    throughput_tokens_per_sec: {
      ...every,
      of: (drawn: Int32Array) =>
        (throughput(drawn) / unit) * (figures.values.throughput_tokens_per_sec ?? Number.NaN),
    },
    goodput_percent: { ...every, of: percentOf(good) },
    error_rate_percent: { ...every, of: percentOf(failed) },
  })
}

const isPercentage = (metric: ComparedMetric): boolean =>
  metric === 'goodput_percent' || metric === 'error_rate_percent'

/**
 * Bootstrap replicates of a level's figures: REPLICATES of each metric, in the order of COMPARED_METRICS; NaN where the
 * requests do not tell how much it varies (J/token is a reading of the level as a whole).
 *
 * With m of n requests sampled, a replicate's deviation is narrowed by √(m/n), to that of a sample of n: a figure of n
 * requests varies as 1/√n. Source: Politis, Romano and Wolf, Subsampling (1999), 2.2.
 * @param seed names the run and the level: replicates of two levels must be independent
 */
export function levelReplicates(figures: LevelFigures, sample: LevelSample, seed: string): Float32Array {
  const out = new Float32Array(REPLICATES_OF_LEVEL).fill(Number.NaN)
  const once = new Int32Array(sample.requests).fill(1)
  const known = estimators(figures, sample)
  const columns = COMPARED_METRICS.flatMap((metric, index) => {
    const [value, estimator] = [figures.values[metric], known[metric]]
    if (value === null || !estimator || estimator.sampled < estimator.needs) return []
    const { of, sampled, all } = estimator
    const narrow = Math.sqrt(Math.min(1, sampled / all))
    const highest = isPercentage(metric) ? 100 : Number.POSITIVE_INFINITY
    return [{ column: index * REPLICATES, value, of, narrow, highest, asSampled: of(once) }]
  })
  if (columns.length === 0) return out
  resample({ count: sample.requests, replicates: REPLICATES, seed }, (drawn, replicate) => {
    for (const { column, value, of, narrow, highest, asSampled } of columns) {
      const replicated = value + (of(drawn) - asSampled) * narrow
      out[column + replicate] = Math.min(highest, Math.max(0, replicated))
    }
  })
  return out
}

/** A level's figures with the intervals that its replicates give. */
export function withIntervals(figures: LevelFigures, replicates: Float32Array): LevelFigures {
  const intervals = { ...figures.intervals }
  for (const [index, metric] of COMPARED_METRICS.entries()) {
    const own = replicates.slice(index * REPLICATES, (index + 1) * REPLICATES)
    intervals[metric] = own.some(Number.isNaN) ? null : interval(own)
  }
  return { ...figures, intervals }
}
