import { expect, it } from 'vitest'
import { HISTORY_LENGTH, thin } from './thin.ts'

it('thins the older part of a very long history and keeps its newest part exact', () => {
  const long = Array.from({ length: HISTORY_LENGTH + 1 }, (_, i) => i)
  const thinned = thin(long)
  expect(thinned.length).toBe(Math.ceil((HISTORY_LENGTH + 1) / 2 + HISTORY_LENGTH / 8))
  expect(thinned.slice(-HISTORY_LENGTH / 4)).toEqual(long.slice(-HISTORY_LENGTH / 4))
  expect(thin(long.slice(1))).toHaveLength(HISTORY_LENGTH)
})
