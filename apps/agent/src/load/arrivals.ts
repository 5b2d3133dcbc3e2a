import { type Random, standardNormal } from '../random.ts'

export type ArrivalProcess = { kind: 'constant' | 'poisson' | 'gamma'; ratePerSecond: number; shape: number }

/** A draw from the gamma distribution of scale 1. Source: Marsaglia and Tsang (2000). */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = standardNormal(random)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/**
 * Due times of an arrival process, ms from the level's start, without end. They add up from the start, so a late
 * send never moves a later one. Constant arrivals begin at 0; random ones after a first gap.
 */
export function* dueTimes({ kind, ratePerSecond, shape }: ArrivalProcess, random: Random): Generator<number> {
  const meanGapMs = 1000 / ratePerSecond
  if (kind === 'constant') {
    for (let i = 0; ; i++) yield i * meanGapMs
  }
  const gap = kind === 'poisson' ? () => -Math.log(1 - random()) : () => gamma(shape, random) / shape
  for (let due = gap() * meanGapMs; ; due += gap() * meanGapMs) yield due
}
