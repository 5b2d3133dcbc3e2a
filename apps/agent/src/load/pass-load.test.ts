import { loadPasses, RunDefinition } from '@llm-loadtest/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RequestSlot } from './executor.ts'
import { createLoad, createWarmUp, passShare, warmUpShare } from './pass-load.ts'
import { type Share, WHOLE } from './share.ts'
import { VirtualClock, VirtualTarget } from './virtual-clock.ts'

const never = new AbortController().signal
const workersOf = (of: number): Share[] => Array.from({ length: of }, (_, index) => ({ index, of }))
const define = (load: object) => RunDefinition.parse({ server_url: 'http://h', model: 'm', ...load })

type Ran = {
  sent: (RequestSlot & { at: number })[]
  dropped: RequestSlot[]
  mostInFlight: number
  end: number
}

/** What one worker does in each pass of a run; requests last 30.5 ms. */
async function worker(definition: RunDefinition, share: Share, timestampsMs?: number[]): Promise<Ran[]> {
  const ran: Ran[] = []
  for (const pass of loadPasses(definition)) {
    const own = passShare(definition, pass, share)
    if (!own) continue
    const clock = new VirtualClock()
    const target = new VirtualTarget(clock, () => 30.5)
    const load = createLoad(definition, pass, own, {
      startAt: 0,
      clock,
      ...(timestampsMs && { timestampsMs }),
    })
    await clock.runUntil(load.run(target, never))
    ran.push({
      sent: target.sent,
      dropped: target.dropped,
      mostInFlight: target.mostInFlight,
      end: clock.now(),
    })
  }
  return ran
}

/** Level, number and intended time of every slot of all workers, in order. */
async function slots(definition: RunDefinition, workers: number, timestampsMs?: number[]) {
  const ran = (
    await Promise.all(workersOf(workers).map((share) => worker(definition, share, timestampsMs)))
  ).flat()
  return ran
    .flatMap(({ sent, dropped }) => [...sent, ...dropped])
    .map(
      ({ levelIndex, index, intendedAt, coolDown }) =>
        [levelIndex, index, intendedAt ?? -1, coolDown] as const,
    )
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
}

describe('the slots of all workers are those of one alone', () => {
  const workers = fc.integer({ min: 2, max: 9 })
  const arrival = fc.constantFrom('constant', 'poisson', 'gamma')
  const rates = fc.array(fc.double({ min: 5, max: 300, noNaN: true }), { minLength: 1, maxLength: 3 })
  const seed = fc.nat({ max: 0xffff_ffff })

  it('at request rates, by count', async () => {
    const load = fc.record({ rates, arrival })
    await fc.assert(
      fc.asyncProperty(load, seed, fc.integer({ min: 1, max: 60 }), workers, async (rate, s, n, of) => {
        const run = define({ request_rate: rate, seed: s, num_prompts: n, cooldown: n >> 1 })
        expect(await slots(run, of)).toEqual(await slots(run, 1))
      }),
      { numRuns: 60 },
    )
  })

  it('at request rates, by time', async () => {
    await fc.assert(
      fc.asyncProperty(rates, arrival, seed, workers, async (list, process, s, of) => {
        const run = define({
          request_rate: { rates: list, arrival: process },
          seed: s,
          duration_seconds: 0.3,
        })
        expect(await slots(run, of)).toEqual(await slots(run, 1))
      }),
      { numRuns: 60 },
    )
  })

  it('in a closed loop', async () => {
    const levels = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(levels, fc.integer({ min: 1, max: 500 }), workers, async (concurrency, n, of) => {
        const run = define({ concurrency, num_prompts: n })
        const all = await slots(run, of)
        expect(all).toEqual(await slots(run, 1))
        expect(all).toHaveLength(n * concurrency.length)
      }),
      { numRuns: 40 },
    )
  })

  it('in a replay, whose times are divided by the speed', async () => {
    const trace = fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 50 })
    const speed = fc.double({ min: 0.1, max: 10, noNaN: true })
    await fc.assert(
      fc.asyncProperty(trace, speed, workers, async (times, factor, of) => {
        const timestamps = times.sort((a, b) => a - b)
        const run = define({ replay: { speed: factor }, dataset: { path: 'trace.jsonl' } })
        const all = await slots(run, of, timestamps)
        expect(all).toEqual(timestamps.map((at, index) => [0, index, at / factor, false]))
      }),
      { numRuns: 40 },
    )
  })
})

describe('passShare', () => {
  const participants = (load: object, of: number) => {
    const definition = define(load)
    const [pass = []] = loadPasses(definition)
    return workersOf(of).map((share) => passShare(definition, pass, share)?.of ?? null)
  }

  it('leaves out workers where a closed loop would not split evenly', () => {
    expect(participants({ concurrency: [1] }, 3)).toEqual([1, null, null])
    expect(participants({ concurrency: [9] }, 4)).toEqual([3, 3, 3, null])
    expect(participants({ concurrency: [1000] }, 3)).toEqual([3, 3, 3])
    expect(participants({ concurrency: [2], duration_seconds: 5 }, 3)).toEqual([3, 3, 3])
  })

  it('does not split a small in-flight limit', () => {
    const rate = { request_rate: { rates: [50] } }
    expect(participants({ ...rate, max_concurrency: 100 }, 3)).toEqual([1, null, null])
    expect(participants({ ...rate, max_concurrency: 130 }, 3)).toEqual([2, 2, null])
    expect(participants(rate, 3)).toEqual([3, 3, 3])
  })
})

describe('createLoad', () => {
  it('splits the concurrency exactly over the workers', async () => {
    const run = define({ concurrency: [10], duration_seconds: 0.1 })
    const ran = await Promise.all(workersOf(4).map((share) => worker(run, share)))
    expect(ran.flat().map(({ mostInFlight }) => mostInFlight)).toEqual([3, 3, 2, 2])
  })

  it('drops what is over max_concurrency, which is split exactly', async () => {
    const rate = { rates: [1000], arrival: 'constant' }
    const run = define({ request_rate: rate, duration_seconds: 0.3, max_concurrency: 20 })
    const [alone] = await worker(run, WHOLE)
    // Each 30.5 ms lets 20 through, and the 21st comes 31 ms after the first.
    expect([alone?.sent.length, alone?.dropped.length, alone?.mostInFlight]).toEqual([200, 100, 20])
  })

  it('drops what is over the limit of the machine where the run sets none', async () => {
    const run = define({ request_rate: { rates: [1000], arrival: 'constant' }, num_prompts: 40 })
    const clock = new VirtualClock()
    const target = new VirtualTarget(clock, () => 1000)
    const pass = loadPasses(run)[0] ?? []
    await clock.runUntil(
      createLoad(run, pass, WHOLE, { startAt: 0, clock, maxInFlight: 7 }).run(target, never),
    )
    expect([target.sent.length, target.dropped.length, target.mostInFlight]).toEqual([7, 33, 7])
  })

  it('waits for every request of a count, and by default at most 30 s after a time', async () => {
    const [counted] = await worker(define({ num_prompts: 1 }), WHOLE)
    expect(counted?.end).toBe(30.5)
    const slow = define({ duration_seconds: 0.01 })
    const clock = new VirtualClock()
    const target = new VirtualTarget(clock, () => 60_000)
    const load = createLoad(slow, loadPasses(slow)[0] ?? [], WHOLE, { startAt: 0, clock })
    await clock.runUntil(load.run(target, never))
    expect([target.cancelled, clock.now()]).toEqual([1, 30_010])
  })

  it('runs all stages in one load, with the grace that is given', async () => {
    const stages = [
      { concurrency: 1, duration_seconds: 0.05 },
      { request_rate: 100, arrival: 'constant', duration_seconds: 0.02 },
    ]
    const ran = await worker(define({ stages, grace_seconds: 0.001 }), WHOLE)
    expect(ran).toHaveLength(1)
    expect(ran[0]?.sent.map(({ levelIndex, index, at }) => [levelIndex, index, at])).toEqual([
      [0, 0, 0],
      [0, 1, 30.5],
      [1, 0, 50],
      [1, 1, 60],
    ])
    expect(ran[0]?.end).toBe(71)
  })
})

describe('the warm-up', () => {
  const warmUps = async (load: object, of: number) => {
    const definition = define(load)
    const [pass = []] = loadPasses(definition)
    const sent: (number[] | null)[] = []
    for (const share of workersOf(of)) {
      const own = warmUpShare(definition, pass, share)
      const clock = new VirtualClock()
      const target = new VirtualTarget(clock, () => 1)
      if (own) await clock.runUntil(createWarmUp(definition, pass, own, clock).run(target, never))
      sent.push(own && target.sent.map(({ index }) => index))
    }
    return sent
  }

  it('sends so many over the workers, no more at once than the level has in flight', async () => {
    expect(await warmUps({ concurrency: [2], warmup: 5 }, 3)).toEqual([[0, 2, 4], [1, 3], null])
    expect(await warmUps({ request_rate: { rates: [1] }, warmup: 3 }, 2)).toEqual([[0, 2], [1]])
    expect(await warmUps({ warmup: 0 }, 2)).toEqual([null, null])
  })
})
