import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { cCompiler } from '../../../../tests/nvml-stand-in/build.ts'
import { DRIVER, deviceLine, deviceUuid } from '../../../../tests/nvml-stand-in/script-file.ts'
import { waitUntil } from '../../../../tests/support/wait-until.ts'
import { type DrivenSampler, SamplerBench } from './testing/driven-sampler.ts'
import { expectedValues, scriptedReadings, withoutReadings } from './testing/scripted-device.ts'

const bench = new SamplerBench()
afterAll(() => bench.remove())

const DEVICES = [0, 1].map((index) => deviceLine(index, scriptedReadings(index)))
const WELL = [0, 1].map(expectedValues)
const UNAVAILABLE = [0, 1].map((index) => withoutReadings(index, 'driver_unavailable'))

/** Ticks until every device answers, as the sampler starts NVML again only every now and then. */
const tickUntilWell = ({ tick }: DrivenSampler) =>
  waitUntil('readings of every device', () => {
    const readings = tick()
    return readings.every(({ fault }) => fault === null) ? readings : null
  })

describe.skipIf(cCompiler === null)('a GPU that is lost', () => {
  beforeEach(() => bench.script.write(DRIVER, ...DEVICES))

  it.each([
    [15, 'gpu_lost'],
    [16, 'reset_required'],
  ] as const)('with code %d is reported as %s until it is back; the others go on', async (code, fault) => {
    await bench.with(({ tick }) => {
      expect(tick()).toEqual(WELL)
      bench.script.write(DRIVER, ...DEVICES, `fail * 1 ${code}`)
      expect(tick()).toEqual([expectedValues(0), withoutReadings(1, fault)])
      expect(tick()).toEqual([expectedValues(0), withoutReadings(1, fault)])
      bench.script.write(DRIVER, ...DEVICES)
      expect(tick()).toEqual(WELL)
    })
  })

  it('has no half readings: lost in the middle of them, all are gone', async () => {
    bench.script.write(DRIVER, ...DEVICES, 'fail nvmlDeviceGetPcieThroughput 0 15 1..1')
    await bench.with(({ tick }) => {
      expect(tick()).toEqual([withoutReadings(0, 'gpu_lost'), expectedValues(1)])
      expect(tick()).toEqual(WELL)
    })
  })

  it('is lost when it is no longer among the devices, and found again by its UUID', async () => {
    await bench.with(({ tick }) => {
      bench.script.write(DRIVER, deviceLine(0, { ...scriptedReadings(1), uuid: deviceUuid(1) }))
      expect(tick()).toEqual([withoutReadings(0, 'gpu_lost'), expectedValues(1)])
      bench.script.write(DRIVER, ...DEVICES)
      expect(tick()).toEqual(WELL)
    })
  })

  it('is failed when nothing can be read of it', async () => {
    await bench.with(({ tick }) => {
      expect(tick()).toEqual(WELL)
      bench.script.write(DRIVER, ...DEVICES, 'fail * 0 999')
      expect(tick()).toEqual([withoutReadings(0, 'failed'), expectedValues(1)])
      bench.script.write(DRIVER, ...DEVICES)
      expect(tick()).toEqual(WELL)
    })
  })
})

describe.skipIf(cCompiler === null)('a driver that goes away', () => {
  beforeEach(() => bench.script.write(DRIVER, ...DEVICES))

  it('is missed on all devices, and read again when it is back', async () => {
    await bench.with(async (sampler) => {
      expect(sampler.tick()).toEqual(WELL)
      bench.script.write('driver unloaded')
      expect(sampler.tick()).toEqual(UNAVAILABLE)
      expect(sampler.tick()).toEqual(UNAVAILABLE)
      bench.script.write(DRIVER, ...DEVICES)
      expect(await tickUntilWell(sampler)).toEqual(WELL)
    })
  })

  it('may come back with the devices in another order', async () => {
    const swapped = [
      deviceLine(0, { ...scriptedReadings(1), uuid: deviceUuid(1) }),
      deviceLine(1, { ...scriptedReadings(0), uuid: deviceUuid(0) }),
    ]
    await bench.with(async (sampler) => {
      bench.script.write('driver unloaded')
      expect(sampler.tick()).toEqual(UNAVAILABLE)
      bench.script.write(DRIVER, ...swapped)
      expect(await tickUntilWell(sampler)).toEqual(WELL)
    })
  })

  it.each([
    ['Uninitialized', 1],
    ['Driver Not Loaded', 9],
    ['Driver/library version mismatch', 18],
  ])('says so by "%s" from any function', async (_text, code) => {
    await bench.with(async (sampler) => {
      bench.script.write(DRIVER, ...DEVICES, `fail nvmlDeviceGetFanSpeed 1 ${code} 1..1`)
      expect(sampler.tick()).toEqual(UNAVAILABLE)
      expect(await tickUntilWell(sampler)).toEqual(WELL)
    })
  })

  it.each([9, 18, 999])('may not start again at once: nvmlInit_v2 returns %d first', async (code) => {
    await bench.with(async (sampler) => {
      bench.script.write('driver unloaded')
      expect(sampler.tick()).toEqual(UNAVAILABLE)
      bench.script.write(DRIVER, ...DEVICES, `fail nvmlInit_v2 * ${code}`)
      expect(sampler.tick()).toEqual(UNAVAILABLE)
      bench.script.write(DRIVER, ...DEVICES)
      expect(await tickUntilWell(sampler)).toEqual(WELL)
    })
  })
})
