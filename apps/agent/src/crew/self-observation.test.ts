import { setImmediate as nextTurn } from 'node:timers/promises'
import { LevelEvidence } from '@llm-loadtest/schema'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { LoopDelay } from './loop-delay.ts'
import { SelfObservation } from './self-observation.ts'

/** Garbage enough for a collection of the young generation. */
function litter(): number {
  let objects = 0
  for (let i = 0; i < 3_000; i++) objects += Array.from({ length: 500 }, () => ({ i })).length
  return objects
}

describe('the event-loop delay', () => {
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  it('is nothing while every turn comes on time', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
    const delay = new LoopDelay()
    vi.advanceTimersByTime(1000)
    const seen = delay.stop()
    expect(seen?.p99Ms).toBeLessThan(0.001)
    expect(seen?.maxMs).toBeLessThan(0.001)
  })

  it('weighs a stop by how long it lasted: 100 ms in 4 s are more than 1 %', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
    const delay = new LoopDelay()
    vi.advanceTimersByTime(3900)
    const now = performance.now()
    vi.spyOn(performance, 'now').mockReturnValue(now + 110)
    // Late by 100, 90, … 10 ms: 10 of 400 samples, so that the 99th percentile is the sixth of them.
    const seen = delay.stop()
    expect(seen?.maxMs).toBeCloseTo(100, 0)
    expect(seen?.p99Ms).toBeCloseTo(60, 0)
  })

  it('is unknown when there was no time to see any', () => {
    expect(new LoopDelay().stop()).toBeNull()
  })
})

describe('SelfObservation', () => {
  it('tells what the thread did, in the shape of the evidence', async () => {
    const observation = new SelfObservation()
    expect(litter()).toBe(1_500_000)
    // The collections are told in later turns of the loop.
    await nextTurn()
    await nextTurn()
    const evidence = LevelEvidence.parse(observation.stop(0))
    expect(evidence.clock_source).toMatch(/^performance\.now \(/)
    expect(evidence.agent_cpu_percent).toBeGreaterThan(0)
    expect(evidence.gc_pauses).toBeGreaterThan(0)
    expect(evidence.gc_longest_ms).toBeGreaterThan(0)
    expect(evidence.gc_longest_ms ?? 0).toBeLessThanOrEqual(evidence.gc_total_ms ?? 0)
    expect(evidence).toMatchObject({ read_turns: 0, read_backlog_p99_ms: null, read_backlog_max_ms: null })
  })

  it('does not take polling the clock for work', () => {
    const observation = new SelfObservation()
    litter()
    expect(observation.stop(1e6).agent_cpu_percent).toBe(0)
  })
})
