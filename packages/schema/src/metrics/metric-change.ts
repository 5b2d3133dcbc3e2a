import { type ComparedMetric, HIGHER_IS_BETTER, type MetricChange } from '../comparison.ts'
import { percentile } from './distribution.ts'

/** A figure of a level and its bootstrap replicates; null when there are none. */
export type Replicated = { value: number | null; replicates: Float32Array | null }

const BELOW_PERCENT = 2.5

/** The 95 % percentile interval of replicates. Source: Efron and Tibshirani (1993), 13.3. */
export function interval(replicates: Float32Array): { low: number; high: number } {
  const sorted = replicates.toSorted()
  return { low: percentile(sorted, BELOW_PERCENT), high: percentile(sorted, 100 - BELOW_PERCENT) }
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
  const range =
    replicates && others ? interval(replicates.map((replicate, i) => replicate - (others[i] ?? 0))) : null
  return {
    difference,
    percent: start === 0 ? null : percentOf(difference),
    percent_interval:
      range && start !== 0 ? { low: percentOf(range.low), high: percentOf(range.high) } : null,
    effect: effectOf(metric, difference),
    exceeds_noise: range && (range.low > 0 || range.high < 0),
  }
}
