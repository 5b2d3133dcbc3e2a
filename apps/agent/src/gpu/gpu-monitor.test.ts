import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildOtherLibrary, buildStandIn, cCompiler } from '../../../../tests/nvml-stand-in/build.ts'
import { DRIVER, deviceLine, deviceUuid, ScriptFile } from '../../../../tests/nvml-stand-in/script-file.ts'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { GpuMonitor, type GpuMonitorOptions } from './gpu-monitor.ts'
import type { GpuReading } from './gpu-reading.ts'
import { expectedInfo, expectedValues, scriptedReadings } from './testing/scripted-device.ts'

const folder = temporaryFolder()
const script = new ScriptFile(folder.path)
process.env['NVML_STAND_IN_SCRIPT'] = script.path
afterAll(() => folder.remove())

const [DEVICE_0, DEVICE_1, DEVICE_2] = [
  deviceLine(0, scriptedReadings(0)),
  deviceLine(1, scriptedReadings(1)),
  deviceLine(2, scriptedReadings(2)),
]

const running: GpuMonitor[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((monitor) => monitor.close()))
})

type Environment = Record<string, string>

async function start(options: Omit<GpuMonitorOptions, 'environment'> = {}, environment: Environment = {}) {
  const monitor = await GpuMonitor.start({
    ...options,
    environment: { NVML_LIBRARY: buildStandIn(), ...environment },
  })
  running.push(monitor)
  return monitor
}

/** The next `count` ticks. */
function ticks(monitor: GpuMonitor, count: number): Promise<(readonly GpuReading[])[]> {
  const seen: (readonly GpuReading[])[] = []
  return new Promise((resolve) => {
    const unsubscribe = monitor.subscribe((readings) => {
      seen.push(readings)
      if (seen.length < count) return
      unsubscribe()
      resolve(seen)
    })
  })
}

/** The next tick with a property. */
async function tickWhere(
  monitor: GpuMonitor,
  holds: (readings: readonly GpuReading[]) => boolean,
): Promise<readonly GpuReading[]> {
  const [readings = []] = await ticks(monitor, 1)
  return holds(readings) ? readings : tickWhere(monitor, holds)
}

const fault = (reading: GpuReading) => reading.fault
const values = ({ monotonicMs: _monotonic, wallMs: _wall, ...rest }: GpuReading) => rest

describe.skipIf(cCompiler === null)('GpuMonitor', () => {
  beforeEach(() => script.write(DRIVER, DEVICE_0, DEVICE_1, DEVICE_2))

  it('has the devices and their first readings when it has started, and tells each tick', async () => {
    const { devices, absence, latest, periodMs } = await start()
    expect({ devices, absence, periodMs }).toEqual({
      devices: [0, 1, 2].map(expectedInfo),
      absence: null,
      periodMs: 1000,
    })
    expect(latest.map(values)).toEqual([0, 1, 2].map(expectedValues))
  })

  it('stamps readings with the clocks of this process', async () => {
    const before = { monotonic: Number(process.hrtime.bigint()) / 1e6, wall: Date.now() }
    const monitor = await start({ periodMs: 100 })
    const seen = (await ticks(monitor, 3)).flat()
    const after = { monotonic: Number(process.hrtime.bigint()) / 1e6, wall: Date.now() }
    for (const { monotonicMs, wallMs } of seen) {
      expect(monotonicMs).toBeGreaterThan(before.monotonic)
      expect(monotonicMs).toBeLessThan(after.monotonic)
      expect(wallMs).toBeGreaterThanOrEqual(before.wall)
      expect(wallMs).toBeLessThanOrEqual(after.wall)
    }
    const times = seen.map(({ monotonicMs }) => monotonicMs)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  it('leaves out the ticks that a slow call has missed, and holds up nobody else', async () => {
    script.write(DRIVER, DEVICE_0, 'slow nvmlDeviceGetPowerUsage 0 250')
    const monitor = await start({ periodMs: 100 })
    let turns = 0
    let waiting = true
    const turn = () => {
      turns++
      if (waiting) setImmediate(turn)
    }
    turn()
    const times = (await ticks(monitor, 4)).map(([reading]) => reading?.monotonicMs ?? Number.NaN)
    waiting = false
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    for (const gap of gaps) expect(gap).toBeGreaterThan(250)
    expect(turns).toBeGreaterThan(100)
  })

  it('reports a GPU that is lost, and goes on when it is back', async () => {
    const monitor = await start({ periodMs: 100 })
    script.write(DRIVER, DEVICE_0, DEVICE_1, DEVICE_2, 'fail * 1 15')
    expect((await tickWhere(monitor, (readings) => readings[1]?.fault === 'gpu_lost')).map(fault)).toEqual([
      null,
      'gpu_lost',
      null,
    ])
    script.write(DRIVER, DEVICE_0, DEVICE_1, DEVICE_2)
    // PCIe throughput is asked for in turn, as far as a period lasts.
    const whole = (readings: readonly GpuReading[]) =>
      readings.every(({ pcie_rx_bytes_per_second }) => pcie_rx_bytes_per_second !== null)
    expect((await tickWhere(monitor, whole)).map(values)).toEqual([0, 1, 2].map(expectedValues))
    expect(monitor.latest.map(values)).toEqual([0, 1, 2].map(expectedValues))
  })

  it('tells nothing more once it is closed', async () => {
    const monitor = await start({ periodMs: 100 })
    let calls = 0
    monitor.subscribe(() => calls++)
    await monitor.close()
    const atClose = calls
    const other = await start({ periodMs: 100 })
    await ticks(other, 3)
    expect(calls).toBe(atClose)
  })
})

describe.skipIf(cCompiler === null)('the GPUs that are read', () => {
  const indices = ({ devices }: GpuMonitor) => devices.map(({ index }) => index)
  beforeEach(() => script.write(DRIVER, DEVICE_0, DEVICE_1, DEVICE_2, 'mig MIG-77 device=2'))

  it('are those that are named, and else those that CUDA_VISIBLE_DEVICES leaves', async () => {
    const cuda = { CUDA_VISIBLE_DEVICES: `1,${deviceUuid(2).slice(0, 12)}` }
    expect(indices(await start({ devices: [2, 0] }))).toEqual([2, 0])
    expect(indices(await start({}, cuda))).toEqual([1, 2])
    expect(indices(await start({ devices: [0] }, cuda))).toEqual([0])
    expect(indices(await start({}, { CUDA_VISIBLE_DEVICES: 'MIG-77,0' }))).toEqual([2, 0])
  })

  it('are none when they are switched off', async () => {
    for (const none of [
      await start({ devices: 'none' }),
      await start({}, { CUDA_VISIBLE_DEVICES: '' }),
      await start({}, { CUDA_VISIBLE_DEVICES: '-1' }),
    ]) {
      expect(none.devices).toEqual([])
      expect(none.latest).toEqual([])
      expect(none.absence?.reason).toBe('switched_off')
    }
  })

  it('must exist', async () => {
    await expect(start({ devices: [0, 3] })).rejects.toThrow(
      'there is no GPU 3; this host has 0 (NVIDIA H100 80GB HBM3), 1 (NVIDIA H100 80GB HBM3), 2 (NVIDIA H100 80GB HBM3)',
    )
  })
})

describe.skipIf(cCompiler === null)('without a GPU', () => {
  const textFile = join(folder.path, 'not-a-library.so')
  writeFileSync(textFile, 'this is no library\n')

  it.each([
    ['no library', () => join(folder.path, 'none.so'), 'none.so'],
    ['a file that is no library', () => textFile, 'not-a-library.so'],
    ['another library', buildOtherLibrary, 'it is not NVML'],
  ])('because of %s it says so', async (_why, library, named) => {
    const { devices, absence } = await start({}, { NVML_LIBRARY: library() })
    expect(devices).toEqual([])
    expect(absence).toEqual({ reason: 'no_library', message: expect.stringContaining(named) })
  })

  it.each([
    ['a driver that is not loaded', ['driver unloaded'], 'no_driver', 'modprobe nvidia'],
    ['a driver of another version', ['fail nvmlInit_v2 * 18'], 'no_driver', 'different versions'],
    ['no permission', ['fail nvmlInit_v2 * 4'], 'no_permission', '/dev/nvidia'],
    ['no permission for any device', [DEVICE_0, 'fail * 0 4'], 'no_permission', '/dev/nvidia'],
    ['no device', [DRIVER], 'no_device', 'nvidia-smi -L'],
    ['another failure', ['fail nvmlInit_v2 * 999'], 'failed', '999'],
    ['devices that cannot be counted', [DEVICE_0, 'fail nvmlDeviceGetCount_v2 * 999'], 'failed', '999'],
    ['a driver that goes away', [DEVICE_0, 'fail nvmlDeviceGetCount_v2 * 1'], 'no_driver', 'nvidia-smi'],
    ['a lost GPU', [DEVICE_0, 'fail * 0 15'], 'failed', "GPU 0 is lost: NVIDIA's driver does not reach it"],
    ['a GPU lost when asked for its UUID', [DEVICE_0, 'fail nvmlDeviceGetUUID 0 15'], 'failed', 'is lost'],
    [
      'a GPU that needs a reset',
      [DEVICE_0, 'fail * 0 16'],
      'failed',
      'GPU 0 needs a reset: end what uses it',
    ],
    ['another fault', [DEVICE_0, 'fail * 0 999'], 'failed', 'GPU 0 cannot be read (NVML returned 999)'],
  ])('because of %s it says so', async (_why, lines, reason, advice) => {
    script.write(...lines)
    const { devices, absence } = await start()
    expect(devices).toEqual([])
    expect(absence).toEqual({ reason, message: expect.stringContaining(advice) })
  })

  it('leaves out a device that may not be read, and reads the others', async () => {
    script.write(DRIVER, DEVICE_0, DEVICE_1, 'fail * 0 4')
    const { devices, unread } = await start()
    expect({ devices, unread }).toEqual({ devices: [expectedInfo(1)], unread: [{ index: 0, status: 4 }] })
  })

  it('says of a lost device that was named that it is lost, and not that it is none', async () => {
    script.write(DRIVER, DEVICE_0, DEVICE_1, 'fail * 1 15')
    await expect(start({ devices: [1, 2] })).rejects.toThrow(
      'there is no GPU 2; this host has 0 (NVIDIA H100 80GB HBM3); GPU 1 is lost',
    )
    const lost = { reason: 'failed', message: expect.stringContaining('GPU 1 is lost: ') }
    expect((await start({ devices: [1] })).absence).toEqual(lost)
    expect((await start({}, { CUDA_VISIBLE_DEVICES: '1' })).absence).toEqual(lost)
    expect((await start({}, { CUDA_VISIBLE_DEVICES: deviceUuid(1) })).absence).toEqual(lost)
    expect((await start({ devices: [0] })).unread).toEqual([])
  })
})

describe.skipIf(cCompiler === null)('what is missing at the start is looked for', () => {
  const WHOLE = [DRIVER, DEVICE_0, DEVICE_1]

  /** What is known once `count` devices give readings. */
  async function found(monitor: GpuMonitor, count: number) {
    const readings = await tickWhere(monitor, (all) => all.length === count)
    const { devices, unread, absence } = monitor
    return { devices, unread, absence, indices: readings.map(({ device_index }) => device_index) }
  }

  it('while the others are read: a lost GPU joins them when it is back', async () => {
    script.write(...WHOLE, 'fail * 0 15')
    const monitor = await start({ periodMs: 100 })
    expect([monitor.devices, monitor.unread]).toEqual([[expectedInfo(1)], [{ index: 0, status: 15 }]])
    script.write(...WHOLE)
    expect(await found(monitor, 2)).toEqual({
      devices: [expectedInfo(0), expectedInfo(1)],
      unread: [],
      absence: null,
      indices: [1, 0],
    })
    const whole = (readings: readonly GpuReading[]) =>
      readings.every(({ pcie_rx_bytes_per_second }) => pcie_rx_bytes_per_second !== null)
    expect((await tickWhere(monitor, whole)).map(values)).toEqual([expectedValues(1), expectedValues(0)])
  })

  it.each([
    ['lost GPUs', [...WHOLE, 'fail * 0 15', 'fail * 1 15'], 'failed'],
    ['a driver that is not loaded', ['driver unloaded'], 'no_driver'],
    ['a driver of another version', [...WHOLE, 'fail nvmlInit_v2 * 18'], 'no_driver'],
    ['a driver that goes away', [...WHOLE, 'fail nvmlDeviceGetCount_v2 * 1'], 'no_driver'],
    ['permissions', [...WHOLE, 'fail nvmlInit_v2 * 4'], 'no_permission'],
    ['devices', [DRIVER], 'no_device'],
  ])('where there is none: %s', async (_what, lines, reason) => {
    script.write(...lines)
    const monitor = await start({ periodMs: 100 })
    expect(monitor.absence?.reason).toBe(reason)
    script.write(...WHOLE)
    expect(await found(monitor, 2)).toEqual({
      devices: [expectedInfo(0), expectedInfo(1)],
      unread: [],
      absence: null,
      indices: [0, 1],
    })
  })

  it('as far as it was asked for', async () => {
    script.write(...WHOLE, DEVICE_2, 'fail * 1 15', 'fail * 2 15')
    const monitor = await start({ periodMs: 100 }, { CUDA_VISIBLE_DEVICES: deviceUuid(1) })
    script.write(...WHOLE, DEVICE_2)
    expect(await found(monitor, 1)).toMatchObject({ devices: [expectedInfo(1)], unread: [], absence: null })
  })
})
