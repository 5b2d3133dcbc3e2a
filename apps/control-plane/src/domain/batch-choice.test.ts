import { expect, it } from 'vitest'
import { chooseBatches } from './batch-choice.ts'

const batches = (...counts: number[]) => counts.map((count, i) => ({ seq: 10 * (i + 1), count }))

it('takes all where they are no more than the limit', () => {
  expect(chooseBatches(batches(500, 3, 200), 703)).toEqual([
    { seq: 10, follows: true },
    { seq: 20, follows: true },
    { seq: 30, follows: true },
  ])
  expect(chooseBatches([], 100)).toEqual([])
})

it('takes them evenly otherwise, whole, and says which follow one another', () => {
  const evenly = chooseBatches(batches(...Array<number>(20).fill(500)), 2500)
  expect(evenly.map(({ seq }) => seq)).toEqual([20, 60, 100, 140, 180])
  expect(evenly.every(({ follows }) => !follows)).toBe(true)
  const most = chooseBatches(batches(500, 500, 500, 500), 1500)
  expect(most).toEqual([
    { seq: 10, follows: true },
    { seq: 20, follows: true },
    { seq: 40, follows: false },
  ])
})

it('keeps to the limit by half a batch, however they differ in size', () => {
  const sizes = batches(...Array.from({ length: 300 }, (_, i) => 1 + ((i * 197) % 500)))
  const counts = new Map(sizes.map(({ seq, count }) => [seq, count]))
  const taken = chooseBatches(sizes, 5000).reduce((sum, { seq }) => sum + (counts.get(seq) ?? 0), 0)
  expect(Math.abs(taken - 5000)).toBeLessThanOrEqual(250)
})
