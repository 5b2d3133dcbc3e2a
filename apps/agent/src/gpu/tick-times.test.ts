import { describe, expect, it } from 'vitest'
import { nextTick } from './tick-times.ts'

describe('nextTick', () => {
  it('is a whole number of periods after the start, however late the last tick was', () => {
    expect(nextTick(5000, 100, 5003, 0)).toEqual({ tick: 1, dueMs: 5100 })
    expect(nextTick(5000, 100, 5199.9, 1)).toEqual({ tick: 2, dueMs: 5200 })
    const hour = 36_000
    expect(nextTick(5000, 100, 5000 + 100 * hour + 7, hour)).toEqual({
      tick: hour + 1,
      dueMs: 5000 + 100 * (hour + 1),
    })
  })

  it('leaves out what a slow call has missed', () => {
    expect(nextTick(0, 100, 350, 0)).toEqual({ tick: 4, dueMs: 400 })
    expect(nextTick(0, 100, 400, 0)).toEqual({ tick: 4, dueMs: 400 })
  })

  it('goes on from a tick that a timer made too early', () => {
    expect(nextTick(0, 100, 299.2, 3)).toEqual({ tick: 4, dueMs: 400 })
  })
})
