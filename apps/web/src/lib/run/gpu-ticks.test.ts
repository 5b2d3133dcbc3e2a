import { describe, expect, it } from 'vitest'
import { gpuRows } from './gpu-rows.ts'
import { gpuSample } from './gpu-samples.fixture.ts'
import { seriesTicks, withReadings } from './gpu-ticks.ts'

const every = (periodMs: number, count: number, device = 0, offsetMs = 0) =>
  Array.from({ length: count }, (_, i) =>
    gpuSample(device, i * periodMs + offsetMs, { power_watts: 100 * (device + 1) + i }),
  )
const devices = [{ index: 0 }, { index: 1 }]

describe('GPU readings over time', () => {
  it('puts the devices of one tick, read one after another, into one row', () => {
    const ticks = withReadings([], [...every(1000, 3), ...every(1000, 3, 1, 12)])
    expect(gpuRows(ticks, devices, 'power_watts')).toEqual([
      { x: 0, values: [100, 200] },
      { x: 1, values: [101, 201] },
      { x: 2, values: [102, 202] },
    ])
  })

  it('keeps a device that comes back in the tick it was read in', () => {
    const second = every(1000, 6, 1, 12).filter((sample) => sample.at_ms !== 2012 && sample.at_ms !== 3012)
    const ticks = withReadings([], [...every(1000, 6), ...second])
    expect(gpuRows(ticks, devices, 'power_watts').map((row) => row.values)).toEqual([
      [100, 200],
      [101, 201],
      [102, null],
      [103, null],
      [104, 204],
      [105, 205],
    ])
  })

  it('leaves a gap where no tick came, one period after the last', () => {
    const before = withReadings([], every(100, 5))
    const ticks = withReadings(before, [gpuSample(0, 1000, { power_watts: 7 })])
    expect(gpuRows(ticks.slice(4), [{ index: 0 }], 'power_watts')).toEqual([
      { x: 0.4, values: [104] },
      { x: 0.5, values: [null] },
      { x: 1, values: [7] },
    ])
  })

  it('is not disturbed by a tick that was skipped', () => {
    const ticks = withReadings(withReadings([], every(1000, 5)), [gpuSample(0, 6000)])
    expect(ticks.map((tick) => tick.at_ms)).toEqual([0, 1000, 2000, 3000, 4000, 6000])
  })

  it('gives memory in GiB and a missing reading as a gap', () => {
    const ticks = withReadings([], [gpuSample(0, 500, { memory_used_bytes: 3 * 2 ** 29 })])
    expect(gpuRows(ticks, devices, 'memory_used_bytes')).toEqual([{ x: 0.5, values: [1.5, null] }])
    expect(gpuRows(ticks, devices, 'power_watts')).toEqual([{ x: 0.5, values: [null, null] }])
  })

  it('draws a stored series as it drew the samples', () => {
    const series = (device_index: number, at_ms: number[], power_watts: (number | null)[]) => {
      const none = at_ms.map(() => null)
      return {
        device_index,
        at_ms,
        memory_used_bytes: none,
        gpu_utilization_percent: none,
        temperature_celsius: none,
        power_watts,
        sm_clock_mhz: none,
      }
    }
    const ticks = seriesTicks([series(0, [0, 1000], [50, null]), series(1, [3, 1003], [60, 61])])
    expect(gpuRows(ticks, devices, 'power_watts')).toEqual([
      { x: 0, values: [50, 60] },
      { x: 1, values: [null, 61] },
    ])
  })
})
