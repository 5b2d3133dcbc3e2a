import { expect, it } from 'vitest'
import { reported } from './gpu-reported.ts'
import { gpuSample } from './gpu-samples.fixture.ts'
import { withReadings } from './gpu-ticks.ts'

const devices = [{ index: 0 }, { index: 1 }, { index: 2 }]
const ticks = withReadings(
  [],
  [
    gpuSample(0, 0, { power_watts: 100, gpu_utilization_percent: 5 }),
    gpuSample(1, 1, { power_watts: 0 }),
    gpuSample(2, 2, { fault: 'gpu_lost' }),
    gpuSample(0, 1000, { power_watts: 100 }),
    gpuSample(1, 1001, { power_watts: 300 }),
    gpuSample(2, 1002, { fault: 'gpu_lost' }),
  ],
)

it('names the devices that gave other readings, and never this one', () => {
  expect(reported(ticks, devices, 'gpu_utilization_percent')).toEqual({ any: true, without: [1] })
  expect(reported(ticks, devices, 'power_watts')).toEqual({ any: true, without: [] })
  expect(reported(ticks, devices, 'temperature_celsius')).toEqual({ any: false, without: [0, 1] })
})

it('names none of which nothing was read', () => {
  expect(reported(ticks, [{ index: 2 }], 'power_watts')).toEqual({ any: false, without: [] })
  expect(reported([], devices, 'power_watts')).toEqual({ any: false, without: [] })
})
