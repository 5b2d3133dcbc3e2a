import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { cCompiler } from '../../../../tests/nvml-stand-in/build.ts'
import { DRIVER, deviceLine } from '../../../../tests/nvml-stand-in/script-file.ts'
import { SamplerBench } from './testing/driven-sampler.ts'
import { expectedInfo, expectedValues, scriptedReadings } from './testing/scripted-device.ts'

const bench = new SamplerBench()
afterAll(() => bench.remove())

const DEVICE_0 = deviceLine(0, scriptedReadings(0))
const MOVING = { ...scriptedReadings(0), power_mw: '100000,250500', energy_mj: '1000+250500' }

describe.skipIf(cCompiler === null)('what a device says', () => {
  beforeEach(() => bench.script.write(DRIVER, DEVICE_0))

  it('is read field by field, of eight devices as of one', async () => {
    await bench.with((one) => {
      expect(one.devices).toEqual([expectedInfo(0)])
      expect(one.tick()).toEqual([expectedValues(0)])
    })
    const eight = [0, 1, 2, 3, 4, 5, 6, 7]
    bench.script.write(DRIVER, ...eight.map((index) => deviceLine(index, scriptedReadings(index))))
    await bench.with(({ devices, tick }) => {
      expect(devices).toEqual(eight.map(expectedInfo))
      expect(tick()).toEqual(eight.map(expectedValues))
      expect(tick()).toEqual(eight.map(expectedValues))
    })
  })

  it('is asked again at each tick', async () => {
    bench.script.write(DRIVER, deviceLine(0, MOVING))
    await bench.with(({ tick }) => {
      const ticks = [tick(), tick(), tick()].flat()
      expect(ticks.map(({ power_watts }) => power_watts)).toEqual([100, 250.5, 250.5])
      expect(ticks.map(({ energyCounterJoules }) => energyCounterJoules)).toEqual([1, 251.5, 502])
      bench.script.write(DRIVER, deviceLine(0, { ...MOVING, gpu_percent: 0 }))
      expect(tick()[0]?.gpu_utilization_percent).toBe(0)
    })
  })

  it('is not rounded where it is large', async () => {
    const large = { memory_total_bytes: 2 ** 48, memory_used_bytes: 2 ** 47 + 1, energy_mj: 2 ** 52 + 1 }
    bench.script.write(DRIVER, deviceLine(0, { ...scriptedReadings(0), ...large }))
    await bench.with(({ tick }) => {
      expect(tick()[0]).toMatchObject({
        memory_total_bytes: 2 ** 48,
        memory_used_bytes: 2 ** 47 + 1,
        energyCounterJoules: (2 ** 52 + 1) / 1000,
      })
    })
  })

  it('is missing where NVML gives its value for what is not available', async () => {
    const none = { power_mw: 2 ** 32 - 1, energy_mj: '0xffffffffffffffff' }
    bench.script.write(DRIVER, deviceLine(0, { ...scriptedReadings(0), ...none }))
    await bench.with(({ tick }) => {
      expect(tick()).toEqual([{ ...expectedValues(0), power_watts: null, energyCounterJoules: null }])
    })
  })

  it('has no performance state when NVML knows none', async () => {
    bench.script.write(DRIVER, deviceLine(0, { ...scriptedReadings(0), performance_state: 32 }))
    await bench.with(({ tick }) => {
      expect(tick()).toEqual([{ ...expectedValues(0), performance_state: null }])
    })
  })

  it('has every reason for lower clocks', async () => {
    bench.script.write(DRIVER, deviceLine(0, { ...scriptedReadings(0), clocks_event_reasons: '0x1,0xe8,0' }))
    await bench.with(({ tick }) => {
      expect([tick(), tick(), tick()].flat().map(({ throttle_reasons }) => throttle_reasons)).toEqual([
        ['gpu_idle'],
        ['hw_slowdown', 'sw_thermal_slowdown', 'hw_thermal_slowdown', 'hw_power_brake_slowdown'],
        [],
      ])
    })
  })
})
