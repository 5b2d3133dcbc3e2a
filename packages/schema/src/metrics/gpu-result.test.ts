import { describe, expect, it } from 'vitest'
import { GpuResult } from '../gpu-result.ts'
import type { GpuSample } from '../gpu-sample.ts'
import { lostGpuReading, sampleGpu, sampleGpuReading } from '../testing/index.ts'
import { gpuResult } from './gpu-result.ts'
import { GpuTrace } from './gpu-trace.ts'

/** A sample a second, from 0 to `last` s, each as `change` says. */
const seconds = (last: number, change: (s: number) => Partial<GpuSample> = () => ({})): GpuSample[] =>
  Array.from({ length: last + 1 }, (_, s) => {
    const changes = { at_ms: s * 1000, ...change(s) }
    return changes.fault ? lostGpuReading(changes) : sampleGpuReading(changes)
  })

const level = (index: number, started_ms: number | null, ended_ms: number | null, output_tokens = 0) => ({
  index,
  started_ms,
  ended_ms,
  tokens: {
    input_tokens: 0,
    output_tokens,
    input_sources: {},
    output_sources: {},
    input_disagreement_percent: null,
    output_disagreement_percent: null,
  },
})

function result(samples: GpuSample[], levels: ReturnType<typeof level>[] = [], devices = [sampleGpu()]) {
  const trace = new GpuTrace()
  trace.add({ period_ms: 1000, devices, samples })
  const found = gpuResult(trace, levels)
  if (!found) throw new Error('there are samples')
  return GpuResult.parse(found)
}

it('is null without a sample', () => {
  expect(gpuResult(new GpuTrace(), [level(0, 0, 1000)])).toBeNull()
})

describe('figures of a level', () => {
  it('are those of the samples in its window, and the energy between its ends', () => {
    const samples = seconds(10, (s) => ({ gpu_utilization_percent: s * 10, memory_used_bytes: s * 1e9 }))
    const { levels, run } = result(samples, [level(0, 1500, 5500, 200)])
    expect(levels).toHaveLength(1)
    // Samples at 2, 3, 4 and 5 s; p95 of [20, 30, 40, 50] is 40 + 0.85 · 10.
    expect(levels[0]?.devices[0]).toMatchObject({
      samples: 4,
      gpu_utilization_percent: { mean: 35, p95: 48.5, peak: 50 },
      memory_used_bytes: { mean: 3.5e9, p95: 4.85e9, peak: 5e9 },
      power_watts: { mean: 100, p95: 100, peak: 100 },
      energy_joules: 400,
      energy_source: 'counter',
      throttled_seconds: {},
      missing_seconds: 0,
    })
    expect(levels[0]).toMatchObject({
      energy_joules: 400,
      joules_per_output_token: 2,
      tokens_per_watt_second: 0.5,
    })
    expect(run).toMatchObject({
      energy_joules: 1000,
      // The tokens took what was used until the level's end: 550 J.
      joules_per_output_token: 2.75,
      tokens_per_watt_second: 200 / 550,
    })
    expect(run.devices[0]?.samples).toBe(11)
  })

  it('interpolate the energy between samples of unequal power', () => {
    const energy = [0, 100, 300, 700]
    const samples = seconds(3, (s) => ({ energy_joules: energy[s] ?? null }))
    // 50 J at 0.5 s, 300 + 0.25 · 400 = 400 J at 2.25 s.
    expect(result(samples, [level(0, 500, 2250)]).levels[0]?.energy_joules).toBe(350)
  })

  it('sum the energy over the devices, and have none when one of them has none', () => {
    const second = (change: Partial<GpuSample>) =>
      seconds(4, (s) => ({ device_index: 1, energy_joules: s * 300, power_watts: 300, ...change }))
    const devices = [sampleGpu(), sampleGpu({ index: 1 })]
    const both = result([...seconds(4), ...second({})], [level(0, 1000, 3000, 100)], devices)
    expect(both.levels[0]).toMatchObject({ energy_joules: 800, joules_per_output_token: 8 })
    const none = { energy_joules: null, power_watts: null, energy_source: null }
    const one = result([...seconds(4), ...second(none)], [level(0, 1000, 3000, 100)], devices)
    expect(one.levels[0]?.devices.map((device) => [device.energy_joules, device.energy_source])).toEqual([
      [200, 'counter'],
      [null, null],
    ])
    expect(one.levels[0]).toMatchObject({
      energy_joules: null,
      joules_per_output_token: null,
      tokens_per_watt_second: null,
    })
  })

  it('go on with the power of the first and last sample, for two periods at most', () => {
    const samples = seconds(4, (s) => ({ at_ms: 1000 + s * 1000, energy_joules: s * 100 }))
    expect(result(samples, [level(0, 200, 5800, 0)]).levels[0]).toMatchObject({
      energy_joules: 560,
      joules_per_output_token: null,
      tokens_per_watt_second: null,
    })
    expect(result(samples, [level(0, 200, 7001)]).levels[0]?.energy_joules).toBeNull()
  })

  it.each([
    ['integrated', null],
    ['counter', 650],
  ] as const)('know the energy of a gap only from a counter (%s)', (energy_source, across) => {
    const away = (s: number) => s > 3 && s < 8
    const samples = seconds(10, (s) =>
      away(s) ? { fault: 'driver_unavailable' } : { energy_source, energy_joules: s * 100 },
    )
    const { levels } = result(samples, [level(0, 500, 2500, 10), level(1, 2500, 9000, 10)])
    expect(levels.map(({ energy_joules }) => energy_joules)).toEqual([200, across])
  })

  it('miss no energy for one sample that is missing', () => {
    const samples = seconds(6, (s) => ({ energy_source: 'integrated', energy_joules: s * 100 }))
    const { levels } = result(samples.toSpliced(3, 1), [level(0, 1000, 5000, 10)])
    expect(levels[0]?.energy_joules).toBe(400)
  })

  it('exist for a level shorter than the period, without statistics', () => {
    const [figures] = result(seconds(4), [level(0, 1200, 1700, 10)]).levels
    expect(figures).toMatchObject({ energy_joules: 50, joules_per_output_token: 5 })
    expect(figures?.devices[0]).toMatchObject({ samples: 0, power_watts: null, missing_seconds: 0 })
  })

  it('are left out for a level without a window', () => {
    expect(result(seconds(2), [level(0, null, null)]).levels).toEqual([])
  })

  it('leave out the readings that are missing', () => {
    const samples = seconds(4, (s) => ({ temperature_celsius: s === 2 ? null : 50 + s, fan_percent: null }))
    const { devices } = result(samples).run
    expect(devices[0]?.temperature_celsius).toEqual({ mean: 52, p95: 53.85, peak: 54 })
  })
})

describe('the energy of the run', () => {
  it('is that of its levels too where they begin before the first sample or end after the last', () => {
    const samples = [900, 1900].map((at_ms) => sampleGpuReading({ at_ms, energy_joules: (at_ms - 900) / 10 }))
    const { run, levels } = result(samples, [level(0, 100, 1500, 35), level(1, 1500, 2700, 30)])
    expect(levels.map(({ energy_joules }) => energy_joules)).toEqual([140, 120])
    expect(run).toMatchObject({
      energy_joules: 260,
      joules_per_output_token: 4,
      tokens_per_watt_second: 0.25,
    })
    expect(run.devices[0]).toMatchObject({ samples: 2, energy_joules: 260, missing_seconds: 0 })
  })

  it('is set against the tokens up to the end of the last level that ended', () => {
    const underWay = [level(0, 1000, 4000, 100), level(1, null, null)]
    expect(result(seconds(20), underWay).run).toMatchObject({
      energy_joules: 2000,
      joules_per_output_token: 4,
      tokens_per_watt_second: 0.25,
    })
    expect(result(seconds(20)).run).toMatchObject({
      energy_joules: 2000,
      joules_per_output_token: null,
      tokens_per_watt_second: null,
    })
  })

  it.each([
    ['alone', []],
    ['beside a level', [level(0, 200, 700, 10)]],
  ])('is not known of a single sample %s', (_, levels) => {
    const none = { energy_joules: null, joules_per_output_token: null, tokens_per_watt_second: null }
    const found = result(seconds(0), levels)
    for (const span of [found.run, ...found.levels]) {
      expect(span).toMatchObject(none)
      expect(span.devices[0]).toMatchObject({ energy_joules: null, energy_source: null })
    }
  })
})

describe('throttled and missing seconds', () => {
  it('count each reason from its sample to the next, and no idleness', () => {
    const samples = seconds(10, (s) => ({
      throttle_reasons:
        s === 3 || s === 4
          ? ['sw_power_cap', 'hw_slowdown']
          : s === 5
            ? ['sw_power_cap', 'gpu_idle']
            : ['gpu_idle', 'applications_clocks_setting', 'display_clock_setting'],
    }))
    const { run, levels } = result(samples, [level(0, 3500, 5500)])
    expect(run.devices[0]?.throttled_seconds).toEqual({ sw_power_cap: 3, hw_slowdown: 2 })
    expect(levels[0]?.devices[0]?.throttled_seconds).toEqual({ sw_power_cap: 2, hw_slowdown: 1.5 })
  })

  it('let a sample stand for two periods at most', () => {
    const samples = [0, 1, 7, 8].map((s) =>
      sampleGpuReading({ at_ms: s * 1000, throttle_reasons: ['sw_power_cap'] }),
    )
    expect(result(samples).run.devices[0]).toMatchObject({
      throttled_seconds: { sw_power_cap: 4 },
      missing_seconds: 4,
      energy_joules: 800,
    })
  })

  it('count faults as missing and take up the readings after them', () => {
    const samples = seconds(10, (s) => (s >= 4 && s < 8 ? { fault: 'gpu_lost' } : {}))
    const { run, warnings } = result(samples)
    expect(run.devices[0]).toMatchObject({ samples: 11, missing_seconds: 4, energy_joules: 1000 })
    expect(run.devices[0]?.power_watts).toEqual({ mean: 100, p95: 100, peak: 100 })
    expect(warnings).toEqual([{ code: 'no_readings', device_index: 0, level_index: null, seconds: 4 }])
  })

  it('know nothing of a device that never came back', () => {
    const samples = seconds(10, (s) => (s >= 4 ? { fault: 'driver_unavailable' } : {}))
    const { levels } = result(samples, [level(0, 1000, 9000, 100)])
    expect(levels[0]?.devices[0]).toMatchObject({ missing_seconds: 5, energy_joules: null })
    expect(levels[0]?.joules_per_output_token).toBeNull()
  })
})

describe('the series', () => {
  it('hold every sample of a short run, null where there is none', () => {
    const samples = seconds(2, (s) => (s === 1 ? { fault: 'gpu_lost' } : { temperature_celsius: 60 + s }))
    expect(result(samples).series).toEqual([
      {
        device_index: 0,
        at_ms: [0, 1000, 2000],
        memory_used_bytes: [40e9, null, 40e9],
        gpu_utilization_percent: [50, null, 50],
        temperature_celsius: [60, null, 62],
        power_watts: [100, null, 100],
        sm_clock_mhz: [1500, null, 1500],
      },
    ])
  })

  it('hold means of neighbours of a long one', () => {
    const [series] = result(seconds(7200, (s) => ({ power_watts: s }))).series
    expect(series?.at_ms).toHaveLength(2401)
    expect([series?.at_ms[0], series?.power_watts[0], series?.power_watts.at(-1)]).toEqual([1000, 1, 7200])
  })
})
