import fc from 'fast-check'
import { expect, it } from 'vitest'
import { percentile } from './percentile.ts'
import { drawnPercentile, weightedSamples } from './weighted-samples.ts'

const samples = weightedSamples(
  [
    { value: 30, owner: 1, count: 1 },
    { value: 10, owner: 0, count: 2 },
    { value: 20, owner: 1, count: 1 },
  ],
  3,
)

it('counts a sample for each time its request was drawn', () => {
  // 10 10 20 30; then 10 10 10 10 20 30; then 20 30 20 30.
  expect(drawnPercentile(samples, Int32Array.of(1, 1, 1), 50)).toBe(15)
  expect(drawnPercentile(samples, Int32Array.of(2, 1, 0), 50)).toBe(10)
  expect(drawnPercentile(samples, Int32Array.of(0, 2, 5), 50)).toBe(25)
  expect(drawnPercentile(samples, Int32Array.of(0, 0, 3), 50)).toBeNaN()
})

it('is the percentile of the samples written out', () => {
  const sample = fc.record({
    value: fc.integer({ min: 0, max: 50 }),
    owner: fc.integer({ min: 0, max: 4 }),
    count: fc.integer({ min: 1, max: 3 }),
  })
  const draws = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 5 })
  fc.assert(
    fc.property(fc.array(sample), draws, fc.constantFrom(0, 50, 99, 100), (some, drawn, percent) => {
      const written = some
        .flatMap(({ value, owner, count }) => Array<number>(count * (drawn[owner] ?? 0)).fill(value))
        .sort((a, b) => a - b)
      const found = drawnPercentile(weightedSamples(some, 5), Int32Array.from(drawn), percent)
      if (written.length === 0) expect(found).toBeNaN()
      else expect(found).toBeCloseTo(percentile(written, percent), 10)
    }),
  )
})
