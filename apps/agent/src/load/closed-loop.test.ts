import { expect, it } from 'vitest'
import { ClosedLoop } from './closed-loop.ts'
import type { LevelBound } from './executor.ts'
import { WHOLE } from './share.ts'
import { StagedLoad } from './staged-load.ts'
import { VirtualClock, VirtualTarget } from './virtual-clock.ts'

const never = new AbortController().signal

function closedLoad(concurrency: number, over: Partial<LevelBound>, graceMs: number | null, lastMs: number) {
  const bound = { requests: null, durationMs: null, coolDown: 0, ...over }
  const clock = new VirtualClock()
  const target = new VirtualTarget(clock, () => lastMs)
  const loop = new ClosedLoop({ levelIndex: 3, concurrency, bound, share: WHOLE })
  return { clock, target, load: new StagedLoad([loop], { graceMs }, clock) }
}

it('sends exactly so many, as each ends the next, and marks the last ones', async () => {
  const { clock, target, load } = closedLoad(4, { requests: 10, coolDown: 3 }, null, 5)
  await clock.runUntil(load.run(target, never))
  expect(target.sent.map(({ index, at }) => [index, at])).toEqual(
    [0, 0, 0, 0, 5, 5, 5, 5, 10, 10].map((at, index) => [index, at]),
  )
  expect(target.sent.map(({ coolDown }) => coolDown)).toEqual([
    ...new Array<boolean>(7).fill(false),
    ...new Array<boolean>(3).fill(true),
  ])
  expect(target.sent.every((slot) => slot.intendedAt === null && slot.levelIndex === 3)).toBe(true)
  expect(target.mostInFlight).toBe(4)
})

it('has no more in flight than there are requests', async () => {
  const { clock, target, load } = closedLoad(10, { requests: 3 }, null, 1)
  await clock.runUntil(load.run(target, never))
  expect([target.sent.length, target.mostInFlight]).toEqual([3, 3])
})

it('stops sending when its time is up and lets requests finish within the grace', async () => {
  const { clock, target, load } = closedLoad(2, { durationMs: 120 }, 1000, 80)
  await clock.runUntil(load.run(target, never))
  expect(target.sent.map(({ at }) => at)).toEqual([0, 0, 80, 80])
  expect([target.cancelled, clock.now()]).toEqual([0, 160])
})

it('cancels what is in flight when the grace is over', async () => {
  const { clock, target, load } = closedLoad(3, { durationMs: 30 }, 40, 60_000)
  await clock.runUntil(load.run(target, never))
  expect([target.sent.length, target.cancelled, clock.now()]).toEqual([3, 3, 70])
})

it('lets a slot rest longer each time its request finds no connection, until one does', async () => {
  const { clock, target, load } = closedLoad(1, { durationMs: 4000 }, 1000, 400)
  target.unreachableUntil = 2000
  await clock.runUntil(load.run(target, never))
  // Each takes 400 ms; the rests are 50, 100, 200, 400 ms, and then none.
  expect(target.sent.map(({ at }) => at)).toEqual([0, 450, 950, 1550, 2350, 2750, 3150, 3550, 3950])
})

it('sends no more to a dead server than each slot does once a second', async () => {
  const { clock, target, load } = closedLoad(2, { durationMs: 5000 }, 1000, 0)
  target.unreachableUntil = Number.POSITIVE_INFINITY
  await clock.runUntil(load.run(target, never))
  const each = [0, 50, 150, 350, 750, 1550, 2550, 3550, 4550]
  expect(target.sent.map(({ at }) => at)).toEqual(each.flatMap((at) => [at, at]))
  // The last rest ends with the level.
  expect(clock.now()).toBe(5000)
})

it('does not rest after its last request', async () => {
  const { clock, target, load } = closedLoad(2, { requests: 2 }, null, 5)
  target.unreachableUntil = Number.POSITIVE_INFINITY
  await clock.runUntil(load.run(target, never))
  expect([target.sent.length, clock.now()]).toEqual([2, 5])
})

it('cancels at once when told to', async () => {
  const { clock, target, load } = closedLoad(5, { requests: 100 }, null, 60_000)
  const cancel = new AbortController()
  const running = load.run(target, cancel.signal)
  void clock.until(7, never).then(() => cancel.abort())
  await clock.runUntil(running)
  expect([target.sent.length, target.cancelled, clock.now()]).toEqual([5, 5, 7])
})

it('ends with the error of a request that the run cannot survive, and sends no more', async () => {
  const { clock, load } = closedLoad(2, { requests: 10 }, null, 1)
  let sent = 0
  const broken = {
    send: async () => {
      sent++
      throw new Error('no prompts')
    },
    drop: () => undefined,
    cancelInFlight: () => undefined,
  }
  await expect(clock.runUntil(load.run(broken, never))).rejects.toThrow('no prompts')
  expect(sent).toBe(2)
})
