import { describe, expect, it } from 'vitest'
import type { GpuProcess, GpuSample } from '../gpu-sample.ts'
import { sampleGpu, sampleGpuReading } from '../testing/index.ts'
import { GpuTrace } from './gpu-trace.ts'
import { gpuWarnings } from './gpu-warnings.ts'

const LEVELS = [
  { levelIndex: 0, span: { fromMs: 2000, toMs: 22_000 } },
  { levelIndex: 1, span: { fromMs: 23_000, toMs: 33_000 } },
]
const RUN = { fromMs: 0, toMs: 35_000 }

function warnings(change: (s: number) => Partial<GpuSample>, more: GpuSample[] = [], levels = LEVELS) {
  const trace = new GpuTrace()
  const samples = Array.from({ length: 36 }, (_, s) => sampleGpuReading({ at_ms: s * 1000, ...change(s) }))
  const devices = [sampleGpu(), sampleGpu({ index: 1, temperature_limit_celsius: null })]
  trace.add({ period_ms: 1000, devices, samples: [...samples, ...more] })
  return gpuWarnings(trace, levels, RUN)
}

const process = (pid: number, session: number | null, gigabytes = 1): GpuProcess => ({
  pid,
  name: `p${pid}`,
  session,
  memory_used_bytes: gigabytes * 1e9,
})
const foreign = (pid: number, level_index: number | null, gigabytes = 1, device_index = 0) => ({
  code: 'foreign_process',
  device_index,
  level_index,
  pid,
  name: `p${pid}`,
  memory_used_bytes: gigabytes * 1e9,
})

it('are none when all is well', () => {
  expect(warnings(() => ({ processes: [process(1, 7)] }))).toEqual([])
})

describe('clocks that are held back', () => {
  it('for more than 5 % of the window', () => {
    const capped = (from: number, to: number) =>
      warnings((s) => ({ throttle_reasons: s >= from && s < to ? ['sw_power_cap'] : [] }))
    // One second of the first level's 20 is 5 %, of the second's 10 it is 10 %.
    expect(capped(10, 11)).toEqual([])
    expect(capped(25, 26)).toEqual([
      { code: 'clocks_throttled', device_index: 0, level_index: 1, reason: 'sw_power_cap', seconds: 1 },
    ])
  })

  it('outside the levels too', () => {
    const found = warnings((s) => ({ throttle_reasons: s === 0 ? ['hw_slowdown'] : ['gpu_idle'] }))
    expect(found).toEqual([
      { code: 'clocks_throttled', device_index: 0, level_index: null, reason: 'hw_slowdown', seconds: 1 },
    ])
  })
})

it('the temperature at its limit', () => {
  const found = warnings((s) => ({ temperature_celsius: s === 5 ? 90 : s === 25 ? 89.9 : 60 }))
  expect(found).toEqual([
    { code: 'temperature_limit', device_index: 0, level_index: 0, peak_celsius: 90, limit_celsius: 90 },
  ])
})

it('no temperature where the device tells no limit', () => {
  const other = sampleGpuReading({ device_index: 1, at_ms: 3000, temperature_celsius: 200 })
  expect(warnings(() => ({}), [other]).map(({ code }) => code)).not.toContain('temperature_limit')
})

describe('a foreign process', () => {
  it('came after the first sample, of no session that was there', () => {
    const server = process(1, 7, 40)
    const found = warnings((s) => ({
      processes: [
        server,
        ...(s >= 1 ? [process(2, 7)] : []),
        ...(s >= 5 && s < 8 ? [process(3, 9, s)] : []),
        ...(s === 24 ? [process(3, 9), process(4, null)] : []),
      ],
    }))
    expect(found).toEqual([foreign(3, 0, 7), foreign(3, 1, 7), foreign(4, 1)])
  })

  it('was there at the start beside the session with more memory', () => {
    const found = warnings(() => ({ processes: [process(1, 7, 1), process(2, 9, 30), process(3, null)] }))
    expect(found).toEqual([foreign(1, 0), foreign(1, 1)])
  })

  it('is told of outside the levels only when it was in none', () => {
    const processes = (s: number) => [process(1, 7), ...(s === 1 || s === 34 ? [process(2, 9)] : [])]
    expect(warnings((s) => ({ processes: processes(s) }))).toEqual([foreign(2, null)])
  })

  it('is not the server on another GPU', () => {
    const others = [0, 5].map((s) =>
      sampleGpuReading({
        device_index: 1,
        at_ms: s * 1000,
        processes: s > 0 ? [process(8, 7), process(9, 9)] : [],
      }),
    )
    const found = warnings(() => ({ processes: [process(1, 7)] }), others)
    expect(found.filter(({ code }) => code === 'foreign_process')).toEqual([foreign(9, 0, 1, 1)])
  })

  it('is not the server that loads its model with the warm-up, on GPUs that had no process', () => {
    const processes = (s: number) => [
      ...(s >= 1 ? [process(1, 7)] : []),
      ...(s >= 4 ? [process(2, 7), process(3, 9)] : []),
    ]
    expect(warnings((s) => ({ processes: processes(s) }))).toEqual([foreign(3, 0), foreign(3, 1)])
    expect(warnings((s) => ({ processes: processes(s) }), [], [])).toEqual([])
  })

  it('is not made of what the driver does not tell', () => {
    expect(warnings(() => ({ processes: null }))).toEqual([])
  })
})
