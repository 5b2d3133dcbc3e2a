import { expect, it } from 'vitest'
import { errorRows } from './error-rows.ts'

it('counts each class of failure by level, the most frequent first', () => {
  expect(
    errorRows([{ errors: { HTTP_429: 2, TIMEOUT: 1 } }, { errors: { TIMEOUT: 5 } }, { errors: {} }]),
  ).toEqual([
    { outcome: 'TIMEOUT', counts: [1, 5, 0], total: 6 },
    { outcome: 'HTTP_429', counts: [2, 0, 0], total: 2 },
  ])
  expect(errorRows([{ errors: {} }])).toEqual([])
})
