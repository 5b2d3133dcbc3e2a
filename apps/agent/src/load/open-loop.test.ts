import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LevelBound } from './executor.ts'
import { OpenLoop } from './open-loop.ts'
import { WHOLE } from './share.ts'
import { StagedLoad } from './staged-load.ts'
import { VirtualClock, VirtualTarget } from './virtual-clock.ts'

const never = new AbortController().signal

function openLoad(
  dueTimesMs: Iterable<number>,
  over: Partial<LevelBound> & { maxInFlight?: number; graceMs?: number },
  lasts: (index: number) => number,
) {
  const { maxInFlight = 1000, graceMs, ...rest } = over
  const bound = { requests: null, durationMs: null, coolDown: 0, ...rest }
  const clock = new VirtualClock()
  const target = new VirtualTarget(clock, ({ index }) => lasts(index))
  const loop = new OpenLoop({ levelIndex: 0, dueTimesMs, maxInFlight, bound, share: WHOLE })
  return { clock, target, load: new StagedLoad([loop], { graceMs: graceMs ?? null }, clock) }
}

it('sends at its due times however slow the answers are', async () => {
  const { clock, target, load } = openLoad([0, 5, 5, 20], {}, () => 1000)
  await clock.runUntil(load.run(target, never))
  expect(target.sent.map(({ intendedAt, at }) => [intendedAt, at])).toEqual([
    [0, 0],
    [5, 5],
    [5, 5],
    [20, 20],
  ])
  expect([target.mostInFlight, clock.now()]).toEqual([4, 1020])
})

it('sends what is due within its duration, or so many, and marks the last ones', async () => {
  const timed = openLoad([0, 10, 20, 30], { durationMs: 30, graceMs: 5 }, () => 100)
  await timed.clock.runUntil(timed.load.run(timed.target, never))
  expect([timed.target.sent.length, timed.target.cancelled, timed.clock.now()]).toEqual([3, 3, 35])
  const counted = openLoad([0, 10, 20, 30], { requests: 3, coolDown: 1 }, () => 1)
  await counted.clock.runUntil(counted.load.run(counted.target, never))
  expect(counted.target.sent.map(({ coolDown }) => coolDown)).toEqual([false, false, true])
})

it('drops exactly the slots that find the limit reached, for any schedule and any latencies', async () => {
  // Requests end between two due times, so that no slot falls on an end.
  const lengths = fc.nat({ max: 60 }).map((ms) => ms + 0.5)
  const slots = fc.array(fc.tuple(fc.nat({ max: 10 }), lengths), { minLength: 1, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(slots, fc.integer({ min: 1, max: 6 }), async (gaps, maxInFlight) => {
      let at = 0
      const due = gaps.map(([gap]) => {
        at += gap
        return at
      })
      const lasts = (index: number) => gaps[index]?.[1] ?? Number.NaN
      const expected: number[] = []
      let ends: number[] = []
      due.forEach((time, index) => {
        ends = ends.filter((end) => end > time)
        if (ends.length >= maxInFlight) expected.push(index)
        else ends.push(time + lasts(index))
      })
      const { clock, target, load } = openLoad(due, { maxInFlight }, lasts)
      await clock.runUntil(load.run(target, never))
      expect(target.dropped.map(({ index }) => index)).toEqual(expected)
      expect(target.sent.length).toBe(due.length - expected.length)
      expect(target.mostInFlight).toBeLessThanOrEqual(maxInFlight)
    }),
    { numRuns: 200 },
  )
})

it('stops when told to', async () => {
  const { clock, target, load } = openLoad([0, 1000, 2000], {}, () => 60_000)
  const cancel = new AbortController()
  const running = load.run(target, cancel.signal)
  void clock.until(7, never).then(() => cancel.abort())
  await clock.runUntil(running)
  expect([target.sent.length, target.dropped.length, target.cancelled, clock.now()]).toEqual([1, 0, 1, 7])
})
