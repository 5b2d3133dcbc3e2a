import { describe, expect, it } from 'vitest'
import { distribution, weightedDistribution } from './distribution.ts'
import { percentile } from './percentile.ts'

describe('percentile', () => {
  // numpy.percentile([15, 20, 35, 40, 50], [0, 25, 40, 50, 90, 99.9, 100])
  it.each([
    [0, 15],
    [25, 20],
    [40, 29],
    [50, 35],
    [90, 46],
    [99.9, 49.96],
    [100, 50],
  ])('interpolates linearly as numpy does: p%d', (percent, expected) => {
    expect(percentile([15, 20, 35, 40, 50], percent)).toBeCloseTo(expected, 10)
  })

  it('is the one sample whatever the percentile', () => {
    expect([0, 37, 99.9, 100].map((percent) => percentile([7], percent))).toEqual([7, 7, 7, 7])
  })

  it('refuses an empty set', () => {
    expect(() => percentile([], 50)).toThrow(RangeError)
  })
})

describe('distribution', () => {
  it('gives exact statistics of unsorted samples and leaves them alone', () => {
    const samples = [4, 1, 3, 2]
    expect(distribution(samples)).toEqual({
      min: 1,
      max: 4,
      mean: 2.5,
      std: Math.sqrt(1.25),
      p50: 2.5,
      p90: expect.closeTo(3.7, 10),
      p95: expect.closeTo(3.85, 10),
      p99: expect.closeTo(3.97, 10),
      p999: expect.closeTo(3.997, 10),
      count: 4,
    })
    expect(samples).toEqual([4, 1, 3, 2])
  })

  it('sorts by number, not by text', () => {
    expect(distribution([10, 9, 100])?.p50).toBe(10)
  })

  it('is null without samples, never zeros', () => {
    expect(distribution([])).toBeNull()
  })
})

describe('weightedDistribution', () => {
  const weighted = (pairs: readonly (readonly [value: number, weight: number])[]) =>
    weightedDistribution(
      Float64Array.from(pairs, ([value]) => value),
      Float64Array.from(pairs, ([, weight]) => weight),
    )

  it.each([0, 1, 2, 3, 10, 97])('is the distribution of %d values written out by their weights', (length) => {
    // In no order, some of them alike.
    const pairs = Array.from({ length }, (_, i) => [(i * 7919) % 41, ((i * 31) % 7) + 1] as const)
    const expected = distribution(pairs.flatMap(([value, weight]) => new Array<number>(weight).fill(value)))
    expect(weighted(pairs)).toEqual(
      expected && {
        ...expected,
        mean: expect.closeTo(expected.mean, 10),
        std: expect.closeTo(expected.std, 10),
      },
    )
  })

  it('has no need of room for the samples', () => {
    expect(
      weighted([
        [2, 1e15],
        [1, 1e15],
        [5, 2e12],
      ]),
    ).toMatchObject({ min: 1, max: 5, p50: 2, p99: 2, p999: 2, count: 2.002e15 })
  })
})
