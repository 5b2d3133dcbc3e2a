import { expect, it } from 'vitest'
import { recordOrder } from './dataset-order.ts'

it('keeps the order of the file', () => {
  expect([...recordOrder('file', 4, 1, null)]).toEqual([0, 1, 2, 3])
})

it('shuffles every record under the seed', () => {
  const order = [...recordOrder('shuffled', 100, 1, null)]
  expect(order).not.toEqual([...Array(100).keys()])
  expect(order.toSorted((a, b) => a - b)).toEqual([...Array(100).keys()])
  expect([...recordOrder('shuffled', 100, 1, null)]).toEqual(order)
  expect([...recordOrder('shuffled', 100, 2, null)]).not.toEqual(order)
})

it('goes by time, and by the file where times are equal', () => {
  expect([...recordOrder('time', 4, 1, Float64Array.of(30, 0, 30, 10))]).toEqual([1, 3, 0, 2])
})
