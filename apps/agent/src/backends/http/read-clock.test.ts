import { expect, it } from 'vitest'
import { ReadClock } from './read-clock.ts'

const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve))

function busyMs(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

it('gives all reads of a turn the time of its first, and tells how long the last of them waited', async () => {
  const clock = new ReadClock()
  await nextTurn()
  const before = performance.now()
  const first = clock.arrival()
  busyMs(5)
  expect(clock.arrival()).toBe(first)
  expect(first - before).toBeLessThan(5)
  await nextTurn()
  const second = clock.arrival()
  expect(second - first).toBeGreaterThanOrEqual(5)
  const backlog = clock.takeBacklog()
  expect(backlog?.turns).toBe(2)
  expect(backlog?.maxMs).toBeGreaterThanOrEqual(5)
  expect(clock.takeBacklog()).toBeNull()
})
