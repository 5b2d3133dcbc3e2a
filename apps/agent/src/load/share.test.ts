import fc from 'fast-check'
import { expect, it } from 'vitest'
import { shareOf } from './share.ts'

it('counts the numbers that belong to a share', () => {
  expect([0, 1, 2].map((index) => shareOf(7, { index, of: 3 }))).toEqual([3, 2, 2])
  expect([0, 1, 2, 3].map((index) => shareOf(2, { index, of: 4 }))).toEqual([1, 1, 0, 0])
  expect(shareOf(Number.POSITIVE_INFINITY, { index: 1, of: 3 })).toBe(Number.POSITIVE_INFINITY)
})

it('splits any total exactly', () => {
  const total = fc.nat({ max: 1_000_000 })
  fc.assert(
    fc.property(total, fc.integer({ min: 1, max: 256 }), (all, of) => {
      const parts = Array.from({ length: of }, (_, index) => shareOf(all, { index, of }))
      expect(parts.reduce((a, b) => a + b)).toBe(all)
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1)
    }),
  )
})
