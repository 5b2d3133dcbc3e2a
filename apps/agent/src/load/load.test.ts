import { describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { dueTimes } from './arrivals.ts'
import { ClosedLoop } from './closed-loop.ts'
import type { LevelBound, LoadTarget, RequestSlot } from './executor.ts'
import { OpenLoop } from './open-loop.ts'

const never = new AbortController().signal
const bound = (over: Partial<LevelBound>): LevelBound => ({
  requests: null,
  durationMs: null,
  graceMs: 1000,
  ...over,
})

/** A far end whose requests end after `ms`, or when cancelled. */
class Target implements LoadTarget {
  readonly sent: { slot: RequestSlot; at: number }[] = []
  readonly dropped: RequestSlot[] = []
  readonly #open = new Set<() => void>()
  cancelled = 0
  mostInFlight = 0
  readonly #ms: number

  constructor(ms: number) {
    this.#ms = ms
  }

  send(slot: RequestSlot): Promise<void> {
    this.sent.push({ slot, at: performance.now() })
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#open.delete(end)
        resolve()
      }
      const timer = setTimeout(end, this.#ms)
      this.#open.add(end)
      this.mostInFlight = Math.max(this.mostInFlight, this.#open.size)
    })
  }

  drop(slot: RequestSlot): void {
    this.dropped.push(slot)
  }

  cancelInFlight(): void {
    this.cancelled += this.#open.size
    for (const end of this.#open) end()
  }
}

describe('ClosedLoop', () => {
  it('sends exactly so many, never more in flight than its concurrency', async () => {
    const target = new Target(3)
    await new ClosedLoop(4, bound({ requests: 21 })).run(target, never)
    expect(target.sent.map(({ slot }) => slot.index)).toEqual(Array.from({ length: 21 }, (_, i) => i))
    expect(target.mostInFlight).toBe(4)
    expect(target.sent.every(({ slot }) => slot.intendedAt === null)).toBe(true)
  })

  it('has no more in flight than there are requests', async () => {
    const target = new Target(1)
    await new ClosedLoop(10, bound({ requests: 3 })).run(target, never)
    expect([target.sent.length, target.mostInFlight]).toEqual([3, 3])
  })

  it('stops sending when its time is up and lets requests finish within the grace', async () => {
    const target = new Target(80)
    await new ClosedLoop(2, bound({ durationMs: 120 })).run(target, never)
    // Sends at 0 and, unless the machine is slow, at 80 ms; at 160 ms the time is up.
    expect([2, 4]).toContain(target.sent.length)
    expect(target.cancelled).toBe(0)
  })

  it('cancels what is in flight when the grace is over', async () => {
    const target = new Target(60_000)
    const start = performance.now()
    await new ClosedLoop(3, bound({ durationMs: 30, graceMs: 40 })).run(target, never)
    expect([target.sent.length, target.cancelled]).toEqual([3, 3])
    expect(performance.now() - start).toBeGreaterThanOrEqual(69)
  })

  it('cancels at once when told to', async () => {
    const target = new Target(60_000)
    const cancel = new AbortController()
    const running = new ClosedLoop(5, bound({ requests: 100 })).run(target, cancel.signal)
    cancel.abort()
    await running
    expect([target.sent.length, target.cancelled]).toEqual([5, 5])
  })

  it('ends with the error of a request that the run cannot survive', async () => {
    const target = new Target(60_000)
    const broken = {
      ...target,
      send: () => Promise.reject(new Error('no prompts')),
      cancelInFlight: () => undefined,
    }
    const load = new ClosedLoop(2, bound({ requests: 10 }))
    await expect(load.run({ ...broken, drop: () => undefined }, never)).rejects.toThrow('no prompts')
  })
})

describe('dueTimes', () => {
  const take = (kind: 'constant' | 'poisson' | 'gamma', shape: number, count: number) => {
    const times = dueTimes({ kind, ratePerSecond: 100, shape }, createRandom(5))
    return Array.from({ length: count }, () => times.next().value ?? Number.NaN)
  }
  const gapsOf = (times: number[]) => times.slice(1).map((time, i) => time - (times[i] ?? Number.NaN))
  const variation = (gaps: number[]) => {
    const mean = gaps.reduce((a, b) => a + b) / gaps.length
    return Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length) / mean
  }

  it('are evenly spaced from 0 when constant', () => {
    expect(take('constant', 1, 4)).toEqual([0, 10, 20, 30])
  })

  it.each([
    ['poisson', 1, 1],
    ['gamma', 4, 0.5],
    ['gamma', 0.25, 2],
  ] as const)('%s of shape %d has the rate asked for and the gaps of its process', (kind, shape, deviation) => {
    const times = take(kind, shape, 20_000)
    expect((times.at(-1) ?? 0) / 20_000).toBeCloseTo(10, 0)
    expect(variation(gapsOf(times))).toBeCloseTo(deviation, 1)
    expect(gapsOf(times).every((gap) => gap >= 0)).toBe(true)
    expect(take(kind, shape, 50)).toEqual(times.slice(0, 50))
  })
})

describe('OpenLoop', () => {
  const loop = (rate: number, over: Partial<LevelBound>, maxInFlight = 1000) =>
    new OpenLoop(
      { kind: 'constant', ratePerSecond: rate, shape: 1 },
      createRandom(1),
      bound(over),
      maxInFlight,
    )

  it('sends at its due times however slow the answers are, and does not drift', async () => {
    const target = new Target(150)
    await loop(200, { requests: 60 }).run(target, never)
    const [first] = target.sent
    const start = first?.slot.intendedAt ?? 0
    expect(target.sent.map(({ slot }) => Math.round(((slot.intendedAt ?? 0) - start) * 1000) / 1000)).toEqual(
      Array.from({ length: 60 }, (_, i) => i * 5),
    )
    const late = target.sent.map(({ slot, at }) => at - (slot.intendedAt ?? 0))
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0)
    expect(target.mostInFlight).toBeGreaterThan(20)
  })

  it('sends what is due within its duration', async () => {
    const target = new Target(1)
    await loop(100, { durationMs: 95 }).run(target, never)
    expect(target.sent).toHaveLength(10)
  })

  it('drops and counts the slots that find too many requests in flight', async () => {
    const target = new Target(60_000)
    await loop(500, { durationMs: 40, graceMs: 10 }, 6).run(target, never)
    expect([target.sent.length, target.dropped.length, target.cancelled]).toEqual([6, 14, 6])
    expect(target.dropped.map(({ index }) => index)).toEqual(Array.from({ length: 14 }, (_, i) => i + 6))
  })

  it('stops when told to', async () => {
    const target = new Target(60_000)
    const cancel = new AbortController()
    const running = loop(1, { requests: 100 }).run(target, cancel.signal)
    cancel.abort()
    await running
    expect(target.sent.length).toBeLessThanOrEqual(1)
  })
})
