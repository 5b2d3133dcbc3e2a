import { describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { Engine, type Sequence } from './engine.ts'
import { EngineConfig } from './engine-config.ts'

const exact = {
  jitter: 0,
  stepBaseMs: 4,
  stepPerSequenceMs: 0.25,
  prefillMsPerToken: 0.5,
  contextMsPerToken: 0,
}

function createEngine(overrides: Partial<EngineConfig> = {}): Engine {
  return new Engine(EngineConfig.parse({ ...exact, ...overrides }), createRandom('test'))
}

type Emission = { id: string; atMs: number }

/** Steps from `startMs` until nothing is left to do; `onStep` may submit more at the end of each step. */
function runToIdle(
  engine: Engine,
  startMs: number,
  onStep?: (gained: Sequence[], atMs: number) => void,
): Emission[] {
  const emissions: Emission[] = []
  for (let due = engine.startStep(startMs); due !== null; ) {
    const at = due
    const gained = engine.completeStep()
    emissions.push(...gained.map(({ id }) => ({ id, atMs: at })))
    onStep?.(gained, at)
    due = engine.startStep(at)
  }
  return emissions
}

/** Closed loop: `concurrency` clients, each sending its next request when the last one ends. */
function closedLoop(concurrency: number, requests: number) {
  const engine = createEngine({ maxNumSeqs: 32, prefillMsPerToken: 0.02, maxNumBatchedTokens: 8192 })
  const submittedAt = new Map<string, number>()
  const firstAt = new Map<string, number>()
  let sent = 0
  const submit = (atMs: number) => {
    const id = String(sent++)
    submittedAt.set(id, atMs)
    engine.submit({ id, promptTokens: 100, outputTokens: 64 })
  }
  for (let i = 0; i < concurrency; i++) submit(0)
  const emissions = runToIdle(engine, 0, (gained, atMs) => {
    for (const { id, state } of gained) {
      if (!firstAt.has(id)) firstAt.set(id, atMs)
      if (state === 'finished' && sent < requests) submit(atMs)
    }
  })
  const ttfts = [...firstAt].map(([id, atMs]) => atMs - (submittedAt.get(id) ?? 0)).sort((a, b) => a - b)
  const lastMs = emissions.at(-1)?.atMs ?? 0
  return { tokensPerS: (emissions.length / lastMs) * 1000, ttftP50: ttfts[Math.floor(ttfts.length / 2)] ?? 0 }
}

describe('Engine', () => {
  it('gives a lone sequence its prefill step and then one step a token', () => {
    const engine = createEngine()
    engine.submit({ id: 'a', promptTokens: 10, outputTokens: 3 })
    expect(runToIdle(engine, 100)).toEqual([
      { id: 'a', atMs: 100 + 4.25 + 10 * 0.5 },
      { id: 'a', atMs: 100 + 4.25 + 10 * 0.5 + 4.25 },
      { id: 'a', atMs: 100 + 4.25 + 10 * 0.5 + 2 * 4.25 },
    ])
    expect(engine.load).toEqual({ running: 0, waiting: 0, kvCacheUsage: 0, preemptions: 0 })
  })

  it('charges for the context a step attends to', () => {
    const engine = createEngine({ contextMsPerToken: 0.1, prefillMsPerToken: 0 })
    engine.submit({ id: 'a', promptTokens: 10, outputTokens: 3 })
    const times = runToIdle(engine, 0).map(({ atMs }) => atMs)
    expect(times[0]).toBeCloseTo(4.25, 9)
    expect(times[1]).toBeCloseTo(4.25 + 4.25 + 1, 9)
    expect(times[2]).toBeCloseTo(4.25 + 4.25 + 1 + 4.25 + 1.1, 9)
  })

  it('shares a step among sequences, and its cost grows with them', () => {
    const engine = createEngine({ prefillMsPerToken: 0 })
    for (const id of ['a', 'b', 'c', 'd']) engine.submit({ id, promptTokens: 5, outputTokens: 2 })
    expect(runToIdle(engine, 0)).toEqual(
      [5, 10].flatMap((atMs) => ['a', 'b', 'c', 'd'].map((id) => ({ id, atMs }))),
    )
  })

  it('cuts a long prefill into chunks of the step budget while others go on decoding', () => {
    const engine = createEngine({ maxNumBatchedTokens: 32, maxNumSeqs: 4, prefillMsPerToken: 1 })
    engine.submit({ id: 'a', promptTokens: 2, outputTokens: 4 })
    engine.submit({ id: 'b', promptTokens: 70, outputTokens: 1 })
    // Budget 32: 2 + 30 of b; then 1 + 31 of b; then 1 + the last 9 of b; then a alone.
    const cost = (sequences: number, prefill: number) => 4 + sequences * 0.25 + prefill
    const ends = [cost(2, 32), cost(2, 31), cost(2, 9), cost(1, 0)].map((_, i, all) =>
      all.slice(0, i + 1).reduce((sum, ms) => sum + ms, 0),
    )
    expect(runToIdle(engine, 0)).toEqual([
      { id: 'a', atMs: ends[0] },
      { id: 'a', atMs: ends[1] },
      { id: 'a', atMs: ends[2] },
      { id: 'b', atMs: ends[2] },
      { id: 'a', atMs: ends[3] },
    ])
  })

  it('queues what exceeds max_num_seqs, first come first served', () => {
    const engine = createEngine({ maxNumSeqs: 2, prefillMsPerToken: 0 })
    for (const id of ['a', 'b', 'c']) engine.submit({ id, promptTokens: 5, outputTokens: 2 })
    engine.startStep(0)
    expect(engine.load).toMatchObject({ running: 2, waiting: 1 })
    engine.completeStep()
    const emissions = runToIdle(engine, 4.5)
    expect(emissions.map(({ id }) => id).join('')).toBe('abcc')
    expect(emissions.at(-1)?.atMs).toBe(4.5 + 4.5 + 4.25 + 4.25)
  })

  it('drops a cancelled sequence mid-step and frees its place and blocks', () => {
    const engine = createEngine({ maxNumSeqs: 1 })
    const first = engine.submit({ id: 'a', promptTokens: 20, outputTokens: 50 })
    const second = engine.submit({ id: 'b', promptTokens: 5, outputTokens: 1 })
    const third = engine.submit({ id: 'c', promptTokens: 5, outputTokens: 1 })
    engine.startStep(0)
    expect(engine.load.kvCacheUsage).toBe(2 / 8192)
    engine.cancel(first)
    engine.cancel(third)
    expect(engine.load).toMatchObject({ running: 0, waiting: 1, kvCacheUsage: 0 })
    expect(engine.completeStep()).toEqual([])
    expect(runToIdle(engine, 10).map(({ id }) => id)).toEqual(['b'])
    expect([first.state, second.state, third.state]).toEqual(['cancelled', 'finished', 'cancelled'])
  })

  it('preempts the youngest when the KV cache is full, and still gives every token once', () => {
    const engine = createEngine({ kvCacheTokens: 64, maxModelLen: 64, prefillMsPerToken: 0 })
    // Four blocks of 16: both fit at first (1 block each), not at 33 tokens each (3 blocks each).
    engine.submit({ id: 'a', promptTokens: 10, outputTokens: 40 })
    engine.submit({ id: 'b', promptTokens: 10, outputTokens: 40 })
    const emissions = runToIdle(engine, 0)
    expect(engine.load).toEqual({ running: 0, waiting: 0, kvCacheUsage: 0, preemptions: 1 })
    expect(emissions.filter(({ id }) => id === 'a')).toHaveLength(40)
    expect(emissions.filter(({ id }) => id === 'b')).toHaveLength(40)
    const lastOfA = emissions.findLastIndex(({ id }) => id === 'a')
    expect(emissions.slice(lastOfA + 1).every(({ id }) => id === 'b')).toBe(true)
  })

  it('saturates: throughput rises with concurrency up to max_num_seqs, then only the queue grows', () => {
    const one = closedLoop(1, 8)
    const sixteen = closedLoop(16, 128)
    const full = closedLoop(32, 256)
    const twice = closedLoop(64, 256)
    expect(one.tokensPerS).toBeCloseTo((64 / (64 * 4.25 + 2)) * 1000, 6)
    expect(sixteen.tokensPerS).toBeGreaterThan(7 * one.tokensPerS)
    expect(full.tokensPerS).toBeGreaterThan(1.2 * sixteen.tokensPerS)
    expect(Math.abs(twice.tokensPerS / full.tokensPerS - 1)).toBeLessThan(0.02)
    expect(twice.ttftP50).toBeGreaterThan(5 * full.ttftP50)
  })

  it('repeats its jitter for a seed, with a mean step near the plain cost', () => {
    const spans = () => {
      const engine = createEngine({ jitter: 0.2 })
      engine.submit({ id: 'a', promptTokens: 1, outputTokens: 4000 })
      return runToIdle(engine, 0).map(({ atMs }) => atMs)
    }
    const times = spans()
    expect(spans()).toEqual(times)
    const gaps = times.slice(1).map((atMs, i) => atMs - (times[i] ?? 0))
    expect(new Set(gaps).size).toBeGreaterThan(3900)
    expect(Math.abs(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length - 4.25)).toBeLessThan(0.05)
  })

  it('refuses two steps at once', () => {
    const engine = createEngine()
    expect(() => engine.completeStep()).toThrow('no step is under way')
    expect(engine.startStep(0)).toBeNull()
    engine.submit({ id: 'a', promptTokens: 1, outputTokens: 1 })
    engine.startStep(0)
    expect(() => engine.startStep(1)).toThrow('already under way')
  })
})

describe('EngineConfig', () => {
  it('refuses a cache that cannot hold one full sequence and a budget below the batch', () => {
    expect(EngineConfig.safeParse({ kvCacheTokens: 1000, maxModelLen: 1000 }).success).toBe(false)
    expect(EngineConfig.safeParse({ kvCacheTokens: 1008, maxModelLen: 1000 }).success).toBe(true)
    expect(EngineConfig.safeParse({ maxNumSeqs: 64, maxNumBatchedTokens: 63 }).success).toBe(false)
  })
})
