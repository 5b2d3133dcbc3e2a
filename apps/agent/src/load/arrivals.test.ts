import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { type ArrivalProcess, dueTimes } from './arrivals.ts'

function take(process: ArrivalProcess, seed: number, count: number): number[] {
  const times = dueTimes(process, createRandom(seed))
  return Array.from({ length: count }, () => times.next().value ?? Number.NaN)
}

const gapsOf = (times: number[]) => times.slice(1).map((time, i) => time - (times[i] ?? Number.NaN))

/** Standard deviation over mean. */
function variation(gaps: number[]): number {
  const mean = gaps.reduce((a, b) => a + b) / gaps.length
  return Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length) / mean
}

describe('dueTimes', () => {
  it('are evenly spaced from 0 when constant', () => {
    expect(take({ kind: 'constant', ratePerSecond: 100, shape: 1 }, 5, 4)).toEqual([0, 10, 20, 30])
  })

  it.each([
    ['poisson', 1, 1],
    ['gamma', 4, 0.5],
    ['gamma', 0.25, 2],
  ] as const)('%s of shape %d has the rate asked for and the gaps of its process', (kind, shape, deviation) => {
    const times = take({ kind, ratePerSecond: 100, shape }, 5, 20_000)
    expect((times.at(-1) ?? 0) / 20_000).toBeCloseTo(10, 0)
    expect(variation(gapsOf(times))).toBeCloseTo(deviation, 1)
  })

  it('have the mean gap asked for whatever the seed, never go back, and are the same each time', () => {
    const process = fc.record({
      kind: fc.constantFrom('poisson' as const, 'gamma' as const),
      ratePerSecond: fc.double({ min: 0.1, max: 5000, noNaN: true }),
      shape: fc.double({ min: 0.2, max: 20, noNaN: true }),
    })
    const count = 20_000
    fc.assert(
      fc.property(process, fc.nat({ max: 0xffff_ffff }), (arrivals, seed) => {
        const times = take(arrivals, seed, count)
        const mean = ((times.at(-1) ?? 0) / count) * (arrivals.ratePerSecond / 1000)
        const shape = arrivals.kind === 'poisson' ? 1 : arrivals.shape
        // Six standard errors: one run in 10^9 is further off.
        expect(Math.abs(mean - 1)).toBeLessThan(6 / Math.sqrt(shape * count))
        expect(gapsOf(times).every((gap) => gap >= 0)).toBe(true)
        expect(take(arrivals, seed, 50)).toEqual(times.slice(0, 50))
      }),
      { numRuns: 40 },
    )
  })

  it('do not drift: the millionth constant arrival is where the rate puts it', () => {
    const times = dueTimes({ kind: 'constant', ratePerSecond: 3000, shape: 1 }, createRandom(0))
    let last = 0
    for (let i = 0; i <= 1_000_000; i++) last = times.next().value ?? Number.NaN
    expect(last).toBeCloseTo(1_000_000 / 3, 6)
  })
})
