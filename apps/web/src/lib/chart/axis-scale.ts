const NICE_STEPS = [1, 2, 2.5, 5, 10]

/** The smallest of 1, 2, 2.5, 5 × 10^n that is at least `value`. */
export function niceStep(value: number): number {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const factor = NICE_STEPS.find((step) => step >= value / power - 1e-9) ?? 10
  return factor * power
}

export type AxisScale = { max: number; ticks: number[] }

/**
 * An axis from 0 to a nice number not below `highest`, cut into `count` equal parts. Two axes with the same count
 * share their grid lines, so that both can be read.
 */
export function axisScale(highest: number | null, count: number): AxisScale {
  const step = niceStep((highest ?? 0) / count)
  return {
    max: step * count,
    ticks: Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12))),
  }
}

/** The highest of all values; null when there is none. */
export function highestOf(values: Iterable<number | null>): number | null {
  let highest: number | null = null
  for (const value of values) if (value !== null && (highest === null || value > highest)) highest = value
  return highest
}
