import { expect, it } from 'vitest'
import { apportion } from './apportion.ts'

it.each([
  [10, [1, 1, 1], [4, 3, 3]],
  [3, [1, 2], [1, 2]],
  [5, [0, 0], [3, 2]],
  [0, [1, 2], [0, 0]],
  [7, [5, 0, 1], [6, 0, 1]],
  [4, [], []],
])('splits %d over %j', (total, weights, shares) => {
  expect(apportion(total, weights)).toEqual(shares)
})
