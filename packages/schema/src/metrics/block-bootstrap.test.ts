import fc from 'fast-check'
import { expect, it } from 'vitest'
import { resample } from './block-bootstrap.ts'

const drawsOf = (options: Parameters<typeof resample>[0]): number[][] => {
  const draws: number[][] = []
  resample(options, (drawn) => draws.push([...drawn]))
  return draws
}

it('draws the same from the same seed, and other things from another', () => {
  const options = { count: 8, replicates: 3, seed: 'run_a 0' }
  expect(drawsOf(options)).toEqual([
    [2, 2, 1, 0, 1, 1, 0, 1],
    [2, 0, 1, 2, 1, 0, 0, 2],
    [1, 1, 0, 1, 1, 2, 2, 0],
  ])
  expect(drawsOf({ ...options, seed: 'run_b 0' })).not.toEqual(drawsOf(options))
})

it('draws as many requests as there are, in neighbours of the cube root, each as likely as any other', () => {
  const draws = drawsOf({ count: 64, replicates: 4000, seed: 'seed' })
  for (const drawn of draws) expect(drawn.reduce((a, b) => a + b)).toBe(64)
  const means = draws.reduce(
    (sums, drawn) => sums.map((sum, i) => sum + (drawn[i] ?? 0) / 4000),
    Array(64).fill(0),
  )
  expect(Math.min(...means)).toBeGreaterThan(0.93)
  expect(Math.max(...means)).toBeLessThan(1.07)
  // 16 blocks of 4: a place's neighbour is drawn with it three times out of four.
  const together = draws.reduce((sum, [a = 0, b = 0]) => sum + (a - 1) * (b - 1), 0) / 4000
  expect(together).toBeGreaterThan(0.65)
  expect(together).toBeLessThan(0.85)
})

it('draws any number of requests, whatever is left of the last block', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.string(), (count, seed) => {
      for (const drawn of drawsOf({ count, replicates: 3, seed })) {
        expect(drawn).toHaveLength(count)
        expect(drawn.reduce((a, b) => a + b)).toBe(count)
      }
    }),
  )
})
