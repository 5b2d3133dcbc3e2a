import { expect, it } from 'vitest'
import { ClosedLoop } from './closed-loop.ts'
import type { LoadStage } from './load-stage.ts'
import { OpenLoop } from './open-loop.ts'
import { WHOLE } from './share.ts'
import { StagedLoad } from './staged-load.ts'
import { VirtualClock, VirtualTarget } from './virtual-clock.ts'

const never = new AbortController().signal
const timed = (durationMs: number) => ({ requests: null, durationMs, coolDown: 0 })

const closed = (levelIndex: number, concurrency: number, durationMs: number): LoadStage =>
  new ClosedLoop({ levelIndex, concurrency, bound: timed(durationMs), share: WHOLE })

const open = (levelIndex: number, dueTimesMs: number[], durationMs: number, maxInFlight = 1000): LoadStage =>
  new OpenLoop({ levelIndex, dueTimesMs, maxInFlight, bound: timed(durationMs), share: WHOLE })

async function run(stages: LoadStage[], graceMs: number, lastMs: number, startAt?: number) {
  const clock = new VirtualClock()
  const target = new VirtualTarget(clock, () => lastMs)
  await clock.runUntil(new StagedLoad(stages, { graceMs, startAt }, clock).run(target, never))
  return { clock, target, sent: target.sent.map(({ levelIndex, index, at }) => [levelIndex, index, at]) }
}

it('raises the number in flight at once and lowers it as requests end, without draining', async () => {
  const { sent, target, clock } = await run(
    [closed(0, 1, 100), closed(1, 3, 100), closed(2, 1, 100)],
    500,
    80,
  )
  expect(sent).toEqual([
    [0, 0, 0],
    [0, 1, 80],
    // Two more beside the one that goes over from the first stage, which is counted in it.
    [1, 0, 100],
    [1, 1, 100],
    [1, 2, 160],
    [1, 3, 180],
    [1, 4, 180],
    // Nothing more until one alone is left.
    [2, 0, 260],
  ])
  expect([target.mostInFlight, target.cancelled, clock.now()]).toEqual([3, 0, 340])
})

it('walks the arrivals of each stage from its own start, and mixes the kinds', async () => {
  const stages = [open(0, [0, 40, 90, 150], 100), closed(1, 2, 50), open(2, [10, 20], 30)]
  const { sent, target } = await run(stages, 1000, 1000)
  expect(sent).toEqual([
    [0, 0, 0],
    [0, 1, 40],
    [0, 2, 90],
    // Three are in flight, so the closed stage sends none.
    [2, 0, 160],
    [2, 1, 170],
  ])
  expect(target.sent.at(-1)?.intendedAt).toBe(170)
})

it('counts what earlier stages left in flight against the limit', async () => {
  const { sent, target } = await run([closed(0, 2, 50), open(1, [0, 60], 100, 2)], 1000, 70)
  expect(sent).toEqual([
    [0, 0, 0],
    [0, 1, 0],
    [1, 1, 110],
  ])
  expect(target.dropped.map(({ levelIndex, index }) => [levelIndex, index])).toEqual([[1, 0]])
})

it('begins when it is told to, and cancels the rest when the grace after the last stage is over', async () => {
  const { sent, target, clock } = await run([closed(0, 1, 100), open(1, [0], 100)], 30, 60_000, 1000)
  expect(sent).toEqual([
    [0, 0, 1000],
    [1, 0, 1100],
  ])
  expect([target.cancelled, clock.now()]).toEqual([2, 1230])
})
