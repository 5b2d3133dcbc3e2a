import { describe, expect, it } from 'vitest'
import { loadLevels, loadPasses } from './load-profile.ts'

const open = (index: number, requestRate: number) => ({
  kind: 'request_rate',
  index,
  requestRate,
  arrival: 'poisson',
  burstiness: 1,
})
const closed = (index: number, concurrency: number) => ({ kind: 'concurrency', index, concurrency })

describe('loadLevels', () => {
  it('gives one level a concurrency, in order, and one request in flight without a load', () => {
    expect(loadLevels({ concurrency: [4, 1] })).toEqual([closed(0, 4), closed(1, 1)])
    expect(loadLevels({})).toEqual([closed(0, 1)])
  })

  it('gives one level a rate, Poisson being burstiness 1', () => {
    expect(loadLevels({ request_rate: { rates: [2.5], arrival: 'poisson' } })).toEqual([open(0, 2.5)])
    expect(loadLevels({ request_rate: { rates: [3], arrival: 'gamma', burstiness: 0.5 } })).toEqual([
      { ...open(0, 3), arrival: 'gamma', burstiness: 0.5 },
    ])
  })
})

describe('loadPasses', () => {
  it('runs each level of a list by itself', () => {
    expect(loadPasses({ concurrency: [4, 1] })).toEqual([[closed(0, 4)], [closed(1, 1)]])
  })

  it('spaces a ramp of rates equally, both ends exact', () => {
    const ramp = { of: 'request_rate' as const, from: 0.1, to: 0.7, steps: 3 }
    expect(loadPasses({ ramp })).toEqual([[open(0, 0.1)], [open(1, 0.4)], [open(2, 0.7)]])
    const down = { ...ramp, from: 10, to: 1, steps: 2, arrival: 'gamma' as const, burstiness: 4 }
    expect(loadPasses({ ramp: down })).toEqual([
      [{ ...open(0, 10), arrival: 'gamma', burstiness: 4 }],
      [{ ...open(1, 1), arrival: 'gamma', burstiness: 4 }],
    ])
  })

  it('rounds a ramp of concurrency and runs a number that comes twice once', () => {
    const ramp = { of: 'concurrency' as const, from: 1, to: 64, steps: 5 }
    expect(loadLevels({ ramp })).toEqual([1, 17, 33, 48, 64].map((one, i) => closed(i, one)))
    expect(loadLevels({ ramp: { ...ramp, to: 3 } })).toEqual([1, 2, 3].map((one, i) => closed(i, one)))
  })

  it('runs all stages in one pass, each with its length', () => {
    const stages = [
      { concurrency: 10, duration_seconds: 30 },
      { request_rate: 5, duration_seconds: 1.5 },
    ]
    expect(loadPasses({ stages })).toEqual([
      [
        { ...closed(0, 10), durationSeconds: 30 },
        { ...open(1, 5), durationSeconds: 1.5 },
      ],
    ])
  })

  it('replays a trace in one level', () => {
    expect(loadPasses({ replay: { speed: 2 } })).toEqual([[{ kind: 'replay', index: 0, speed: 2 }]])
  })
})
