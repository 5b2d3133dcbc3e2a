import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { withWaitingNotice } from './waiting-notice.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('says after a second what is waited for, once', async () => {
  const said: string[] = []
  const { promise, resolve } = Promise.withResolvers<number>()
  const waited = withWaitingNotice(promise, (notice) => said.push(notice))
  vi.advanceTimersByTime(999)
  expect(said).toEqual([])
  vi.advanceTimersByTime(60_000)
  expect(said).toEqual(["waiting for NVIDIA's driver …"])
  resolve(5)
  expect(await waited).toBe(5)
})

it('says nothing of what came or failed before', async () => {
  const said: string[] = []
  const failing = withWaitingNotice(Promise.reject(new Error('no')), (notice) => said.push(notice))
  await expect(failing).rejects.toThrow('no')
  vi.advanceTimersByTime(60_000)
  expect(said).toEqual([])
})
