import { expect, it } from 'vitest'
import { filtersOf } from './history-filters.ts'

it('reads the filters of an address and leaves out what is none', () => {
  expect(filtersOf({ status: 'failed', model: ' m ', text: '', other: 'x' })).toEqual({
    status: 'failed',
    model: 'm',
  })
  expect(filtersOf({ status: 'nonsense', text: ['a', 'b'] })).toEqual({ text: 'a' })
})
