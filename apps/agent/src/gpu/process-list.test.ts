import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { cCompiler } from '../../../../tests/nvml-stand-in/build.ts'
import { DRIVER, deviceLine } from '../../../../tests/nvml-stand-in/script-file.ts'
import { hasLongerProcessInfo } from './process-list.ts'
import { sessionIn } from './process-names.ts'
import { SamplerBench } from './testing/driven-sampler.ts'
import { scriptedReadings } from './testing/scripted-device.ts'

const bench = new SamplerBench()
afterAll(() => bench.remove())

/** Above the greatest process id of Linux, 2^22: nobody's. */
const NOBODY = 4_194_305
const DEVICE_0 = deviceLine(0, scriptedReadings(0))
const DEVICE_1 = deviceLine(1, scriptedReadings(1))
const process0 = (pid: number, more: string) => `process ${pid} device=0 ${more}`

describe.skipIf(cCompiler === null)('the processes on a device', () => {
  it('come with name, session and memory, each on its own device', async () => {
    bench.script.write(
      DRIVER,
      DEVICE_0,
      DEVICE_1,
      process0(NOBODY, 'memory_bytes=5368709120 name=/usr/bin/python3'),
      process0(process.pid, 'memory_bytes=1024'),
      `process ${NOBODY + 1} device=1 name="/opt/My Server/serve"`,
    )
    const own = {
      pid: process.pid,
      name: readFileSync('/proc/self/comm', 'utf8').trim(),
      session: sessionIn(readFileSync('/proc/self/stat', 'utf8')),
      memory_used_bytes: 1024,
    }
    await bench.with(({ tick }) => {
      expect(tick().map(({ processes }) => processes)).toEqual([
        [{ pid: NOBODY, name: 'python3', session: null, memory_used_bytes: 5_368_709_120 }, own],
        [{ pid: NOBODY + 1, name: 'serve', session: null, memory_used_bytes: null }],
      ])
    })
    expect(own.session).toBeGreaterThanOrEqual(0)
  })

  it('may be called by names that a terminal would obey, which are made harmless', async () => {
    const title = process.title
    bench.script.write(
      DRIVER,
      DEVICE_0,
      process0(NOBODY, 'name="/opt/\x1b]0;x\x07py\u202e"'),
      process0(process.pid, ''),
    )
    process.title = '\x1b[2Jnode'
    try {
      await bench.with(({ tick }) => {
        const names = tick()[0]?.processes?.map(({ name }) => name)
        expect(names).toEqual(['�]0;x�py�', '�[2Jnode'])
      })
    } finally {
      process.title = title
    }
  })

  it.each([
    ['_v3', []],
    ['_v2', ['nvmlDeviceGetComputeRunningProcesses_v3']],
    ['', ['nvmlDeviceGetComputeRunningProcesses_v3', 'nvmlDeviceGetComputeRunningProcesses_v2']],
  ])('are read from the struct of nvmlDeviceGetComputeRunningProcesses%s', async (_version, missing) => {
    const pids = [NOBODY, NOBODY + 1, NOBODY + 2]
    bench.script.write(DRIVER, DEVICE_0, ...pids.map((pid) => process0(pid, `memory_bytes=${pid}000`)))
    await bench.with(
      ({ tick }) =>
        expect(tick()[0]?.processes).toEqual(
          pids.map((pid) => ({ pid, name: null, session: null, memory_used_bytes: pid * 1000 })),
        ),
      { missing },
    )
  })

  it('are read rightly from drivers that had a longer struct under the same name', async () => {
    const pids = [NOBODY, NOBODY + 1, NOBODY + 2]
    const driver = 'driver version=535.54.03'
    bench.script.write(driver, DEVICE_0, ...pids.map((pid) => process0(pid, `memory_bytes=${pid}000`)))
    await bench.with(({ tick }) =>
      expect(tick()[0]?.processes?.map(({ pid, memory_used_bytes }) => [pid, memory_used_bytes])).toEqual(
        pids.map((pid) => [pid, pid * 1000]),
      ),
    )
  })

  it('are 64 at most, however many there are', async () => {
    const many = Array.from({ length: 200 }, (_, index) => process0(NOBODY + index, 'memory_bytes=1'))
    bench.script.write(DRIVER, DEVICE_0, ...many)
    await bench.with(({ tick }) => {
      const pids = tick()[0]?.processes?.map(({ pid }) => pid)
      expect(pids).toEqual(Array.from({ length: 64 }, (_, index) => NOBODY + index))
    })
  })

  it('come and go', async () => {
    bench.script.write(DRIVER, DEVICE_0)
    await bench.with(({ tick }) => {
      const pids = () => tick()[0]?.processes?.map(({ pid, name }) => [pid, name])
      expect(pids()).toEqual([])
      bench.script.write(DRIVER, DEVICE_0, process0(NOBODY, 'name=first'))
      expect(pids()).toEqual([[NOBODY, 'first']])
      bench.script.write(DRIVER, DEVICE_0)
      expect(pids()).toEqual([])
      bench.script.write(DRIVER, DEVICE_0, process0(NOBODY, 'name=second'))
      expect(pids()).toEqual([[NOBODY, 'second']])
    })
  })

  it('are null where the device does not list them', async () => {
    bench.script.write(DRIVER, DEVICE_0, 'fail nvmlDeviceGetComputeRunningProcesses_v3 0 3')
    await bench.with(({ tick }) => expect(tick()[0]).toMatchObject({ fault: null, processes: null }))
  })
})

describe('hasLongerProcessInfo', () => {
  it('goes by the driver', () => {
    const versions = ['535.43.02', '535.86.10', '535.98', '535.104.05', '550.54.15', '530.41.03', null]
    expect(versions.map(hasLongerProcessInfo)).toEqual([true, true, false, false, false, false, false])
  })
})
