import { describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { Engine } from './engine.ts'
import { EngineConfig } from './engine-config.ts'
import { type Clock, EngineDriver } from './engine-driver.ts'

/** A clock whose one timer fires when told to, as late as told to. */
class ManualClock implements Clock {
  nowMs = 0
  #timer: { atMs: number; callback: () => void } | null = null

  now(): number {
    return this.nowMs
  }

  after(delayMs: number, callback: () => void): () => void {
    if (this.#timer !== null) throw new Error('a second timer')
    this.#timer = { atMs: this.nowMs + delayMs, callback }
    return () => {
      this.#timer = null
    }
  }

  get armedForMs(): number | null {
    return this.#timer?.atMs ?? null
  }

  fire(lateMs = 0): void {
    const timer = this.#timer
    if (timer === null) throw new Error('no timer is armed')
    this.#timer = null
    this.nowMs = timer.atMs + lateMs
    timer.callback()
  }
}

function setUp() {
  const clock = new ManualClock()
  const costs = {
    jitter: 0,
    stepBaseMs: 10,
    stepPerSequenceMs: 0,
    prefillMsPerToken: 0,
    contextMsPerToken: 0,
  }
  const engine = new Engine(EngineConfig.parse(costs), createRandom('test'))
  return { clock, engine, driver: new EngineDriver(engine, clock) }
}

describe('EngineDriver', () => {
  it('starts a step from when the last was due, so lateness does not add up', () => {
    const { clock, driver } = setUp()
    const times: number[] = []
    driver.submit({ id: 'a', promptTokens: 1, outputTokens: 4 }, () => times.push(clock.nowMs))
    clock.fire(1)
    clock.fire(2)
    clock.fire(0)
    clock.fire(1)
    expect(times).toEqual([11, 22, 30, 41])
    expect(clock.armedForMs).toBeNull()
  })

  it('starts afresh after a long hold-up instead of sending a burst', () => {
    const { clock, driver } = setUp()
    driver.submit({ id: 'a', promptTokens: 1, outputTokens: 4 }, () => undefined)
    clock.fire(200)
    expect(clock.armedForMs).toBe(220)
  })

  it('waits on when the timer fires early', () => {
    const { clock, driver } = setUp()
    let tokens = 0
    driver.submit({ id: 'a', promptTokens: 1, outputTokens: 2 }, () => tokens++)
    clock.fire(-3)
    expect([tokens, clock.armedForMs]).toEqual([0, 10])
    clock.fire()
    expect(tokens).toBe(1)
  })

  it('lets a sequence that comes during a step into the next one', () => {
    const { clock, driver } = setUp()
    const seen: string[] = []
    driver.submit({ id: 'a', promptTokens: 1, outputTokens: 2 }, ({ id }) =>
      seen.push(`${id}@${clock.nowMs}`),
    )
    clock.nowMs = 4
    driver.submit({ id: 'b', promptTokens: 1, outputTokens: 1 }, ({ id }) =>
      seen.push(`${id}@${clock.nowMs}`),
    )
    clock.fire()
    clock.fire()
    expect(seen).toEqual(['a@10', 'a@20', 'b@20'])
  })

  it('tells a cancelled sequence nothing more, even within the step', () => {
    const { clock, driver } = setUp()
    const seen: string[] = []
    const other = driver.submit({ id: 'b', promptTokens: 1, outputTokens: 5 }, () => seen.push('b'))
    driver.cancel(other)
    driver.submit({ id: 'a', promptTokens: 1, outputTokens: 1 }, () => seen.push('a'))
    clock.fire()
    if (clock.armedForMs !== null) clock.fire()
    expect(seen).toEqual(['a'])
    expect(clock.armedForMs).toBeNull()
  })

  it('stops its timer when closed and takes nothing more', () => {
    const { clock, driver } = setUp()
    driver.submit({ id: 'a', promptTokens: 1, outputTokens: 5 }, () => undefined)
    driver.close()
    expect(clock.armedForMs).toBeNull()
    expect(() => driver.submit({ id: 'b', promptTokens: 1, outputTokens: 1 }, () => undefined)).toThrow(
      'closed',
    )
  })
})
