import { type ComparedMetric, HIGHER_IS_BETTER, type MetricChange } from '../comparison.ts'
import { percentile } from './percentile.ts'

/** A figure of a level and its bootstrap replicates; null when the requests do not tell how much it varies. */
export type Replicated = { value: number | null; replicates: Float32Array | null }
type Interval = { low: number; high: number }

const BELOW_PERCENT = 2.5

/** The 95 % percentile interval of replicates, which are sorted in place. Source: Efron and Tibshirani (1993), 13.3. */
export function interval(replicates: Float32Array | Float64Array): Interval {
  replicates.sort()
  return { low: percentile(replicates, BELOW_PERCENT), high: percentile(replicates, 100 - BELOW_PERCENT) }
}

/** The interval of the difference between two independent figures. */
function differenceInterval(a: Float32Array, b: Float32Array): Interval {
  const differences = new Float64Array(a.length)
  for (let i = 0; i < differences.length; i++) differences[i] = (a[i] ?? Number.NaN) - (b[i] ?? Number.NaN)
  return interval(differences)
}

function effectOf(metric: ComparedMetric, difference: number): MetricChange['effect'] {
  if (difference === 0) return 'equal'
  return difference > 0 === HIGHER_IS_BETTER.has(metric) ? 'better' : 'worse'
}

/** How a figure differs from the baseline's; null when one of them has no value. */
export function metricChange(
  metric: ComparedMetric,
  { value, replicates }: Replicated,
  baseline: Replicated,
): MetricChange | null {
  if (value === null || baseline.value === null) return null
  const start = baseline.value
  const difference = value - start
  const percentOf = (amount: number): number => (amount / Math.abs(start)) * 100
  const others = baseline.replicates
  const range = replicates && others ? differenceInterval(replicates, others) : null
  return {
    difference,
    percent: start === 0 ? null : percentOf(difference),
    percent_interval:
      range && start !== 0 ? { low: percentOf(range.low), high: percentOf(range.high) } : null,
    effect: effectOf(metric, difference),
    exceeds_noise: range && (range.low > 0 || range.high < 0),
  }
}
