import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { DueTimer } from './due-timer.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

it('sleeps longer than one timer can, in pieces', async () => {
  const due = performance.now() + 3_000_000_000
  const waited = new DueTimer().until(due, new AbortController().signal)
  await vi.advanceTimersByTimeAsync(2_999_999_000)
  // Still asleep, not polling the clock.
  expect(vi.getTimerCount()).toBe(1)
  await vi.advanceTimersByTimeAsync(1000)
  await waited
  expect(performance.now()).toBe(due)
})
