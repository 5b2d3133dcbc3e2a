import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { buildStandIn, cCompiler } from '../../../../tests/nvml-stand-in/build.ts'
import { DRIVER, deviceLine, ScriptFile } from '../../../../tests/nvml-stand-in/script-file.ts'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import {
  expectedInfo,
  expectedValues,
  type ReadingValues,
  scriptedReadings,
} from '../gpu/testing/scripted-device.ts'

import { gpuOptions } from './gpu-flags.ts'

const BIN = fileURLToPath(new URL('../../bin/agent.js', import.meta.url))
const folder = temporaryFolder()
const script = new ScriptFile(folder.path)
afterAll(() => folder.remove())

type Environment = Record<string, string>
const driven = (): Environment => script.environment(buildStandIn())

function start(args: readonly string[], environment: Environment) {
  const { CUDA_VISIBLE_DEVICES: _unset, ...own } = process.env
  return spawn(process.execPath, [BIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...own, ...environment },
  })
}

const gpu = (args: readonly string[], environment?: Environment) => ended(['gpu', ...args], environment)

async function ended(args: readonly string[], environment = driven()) {
  const child = start(args, environment)
  const exited = once(child, 'exit')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [status] = await exited
  return { status, stdout, stderr }
}

async function gpuJson(environment?: Environment, ...args: string[]): Promise<unknown> {
  const { stdout, stderr, status } = await gpu(['--json', ...args], environment)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return JSON.parse(stdout)
}

const Report = z.object({
  devices: z.array(z.object({ info: z.object({ index: z.number() }), sample: z.object({}).loose() })),
  absence: z.object({ reason: z.string(), message: z.string() }).nullable(),
})

/** A reading as the command prints it, the first of its device. */
function expectedSample({ energyCounterJoules, ...values }: ReadingValues) {
  const source = energyCounterJoules === null ? null : 'counter'
  return {
    ...values,
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    energy_joules: source && 0,
    energy_source: source,
  }
}

/** The lines that --watch writes, up to a number of them; then it is interrupted. */
async function watched(args: readonly string[], lines: number, onLine: (line: string) => void) {
  const child = start(['gpu', '--watch', ...args], driven())
  const exited = once(child, 'exit')
  let seen = 0
  for await (const line of createInterface(child.stdout)) {
    if (seen++ < lines) onLine(line)
    if (seen === lines) child.kill('SIGINT')
  }
  const [status] = await exited
  return status
}

const TABLE = `Driver 550.54.15, NVML 12.550.54.15, CUDA 12.4
GPU  Name                   Memory (GiB)  GPU %  Mem %  Temp °C  Power (W)  SM MHz  Mem MHz  State  Clocks held by  Processes
  0  NVIDIA H100 80GB HBM3     39.1/79.6     90     50       60    650/700    1980     2619     P0  power cap       –
  1  NVIDIA H100 80GB HBM3             –      –      –       41          –       –        –      –  –               –
`

describe.skipIf(cCompiler === null)('agent gpu --json', () => {
  it.each([1, 8])('prints what the script drives, every field of %d devices', async (count) => {
    const indices = Array.from({ length: count }, (_, index) => index)
    script.write(DRIVER, ...indices.map((index) => deviceLine(index, scriptedReadings(index))))
    expect(await gpuJson()).toEqual({
      driver_version: '550.54.15',
      nvml_version: '12.550.54.15',
      cuda_version: '12.4',
      devices: indices.map((index) => ({
        info: expectedInfo(index),
        sample: expectedSample(expectedValues(index)),
      })),
      absence: null,
    })
  })

  it('prints a line at each tick with --watch, a lost GPU too, until it is interrupted', async () => {
    const lines = [0, 1].map((index) =>
      deviceLine(index, { ...scriptedReadings(index), energy_mj: '5000+25500' }),
    )
    // Its memory is read once for what it has, then at each tick: the fourth time is the third tick.
    script.write(DRIVER, ...lines, 'fail nvmlDeviceGetMemoryInfo_v2 1 15 4..4')
    const seen: unknown[] = []
    const status = await watched(['--json', '--gpu-rate', '10'], 4, (line) => {
      const { devices } = Report.parse(JSON.parse(line))
      seen.push(
        devices.map(({ sample }) => [sample['fault'], sample['energy_joules'], sample['energy_source']]),
      )
    })
    const counted = (joules: number) => [null, joules, 'counter']
    expect(seen).toEqual([
      [counted(0), counted(0)],
      [counted(25.5), counted(25.5)],
      [counted(51), ['gpu_lost', null, null]],
      [counted(76.5), counted(51)],
    ])
    expect(status).toBe(0)
  })
})

describe.skipIf(cCompiler === null)('agent gpu', () => {
  it('prints a table', async () => {
    script.write(DRIVER, deviceLine(0, scriptedReadings(0)), deviceLine(1, { temperature_celsius: 41 }))
    const { status, stdout, stderr } = await gpu([])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toBe(TABLE)
  })

  it('wants a GPU that there is: exit status 2, and which there are', async () => {
    script.write(DRIVER, deviceLine(0, scriptedReadings(0)))
    const { status, stdout, stderr } = await gpu(['--gpu', '0,3'])
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain('--gpu: there is no GPU 3; this host has 0 (NVIDIA H100 80GB HBM3).')
  })

  it('says which GPU is lost, and what it waits for when that takes long', async () => {
    const devices = [0, 1].map((index) => deviceLine(index, scriptedReadings(index)))
    script.write(DRIVER, ...devices, 'fail * 1 15', 'slow nvmlInit_v2 * 1500')
    const { status, stdout, stderr } = await gpu([])
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: "waiting for NVIDIA's driver …\nGPU 1 is lost: it is left out until it answers.\n",
    })
    expect(stdout.trimEnd().split('\n')).toHaveLength(3)
  })

  it('says in one calm line why there is no GPU, and exits with 0', async () => {
    const missing = { NVML_LIBRARY: join(folder.path, 'none.so') }
    const { status, stdout, stderr } = await gpu([], missing)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^NVML_LIBRARY is .*none\.so, which cannot be used: .+\n$/)
    expect(JSON.parse((await gpu(['--json'], missing)).stdout)).toEqual({
      driver_version: null,
      nvml_version: null,
      cuda_version: null,
      devices: [],
      absence: { reason: 'no_library', message: stdout.trimEnd() },
    })
  })
})

describe.skipIf(cCompiler === null)('agent info', () => {
  it('names every GPU, those too that cannot be read', async () => {
    const devices = [0, 1, 2].map((index) => deviceLine(index, scriptedReadings(index)))
    script.write(DRIVER, ...devices, 'fail * 1 15', 'fail * 2 4')
    const { status, stdout } = await ended(['info'])
    expect(status).toBe(0)
    expect(stdout.split('\n').filter((line) => line.startsWith('GPU'))).toEqual([
      'GPUs:    Driver 550.54.15, NVML 12.550.54.15, CUDA 12.4',
      'GPU 0:   NVIDIA H100 80GB HBM3, 79.6 GiB',
      'GPU 1:   is lost',
      'GPU 2:   may not be accessed',
    ])
    expect(JSON.parse((await ended(['info', '--json'])).stdout)).toMatchObject({
      gpus: [expectedInfo(0)],
      gpus_unread: [
        { index: 1, message: 'GPU 1 is lost' },
        { index: 2, message: 'GPU 2 may not be accessed' },
      ],
      gpu_absence: null,
    })
  })
})

describe('the flags of gpu', () => {
  it.each([
    [{}, {}],
    [{ gpu: '0, 2' }, { devices: [0, 2] }],
    [{ gpu: 'none' }, { devices: 'none' }],
    [{ gpuRate: '4' }, { periodMs: 250 }],
  ])('%j', (flags, options) => {
    expect(gpuOptions(flags)).toEqual(options)
  })

  it.each([
    [{ gpu: 'x' }, '--gpu: "x" is not an index'],
    [{ gpu: '' }, '--gpu: "" is not an index'],
    [{ gpu: '0,-1' }, '--gpu: "-1" is not an index'],
    [{ gpuRate: '11' }, '--gpu-rate: it takes a number from 1 to 10'],
    [{ gpuRate: '0.9' }, '--gpu-rate: it takes a number from 1 to 10'],
    [{ gpuRate: '' }, '--gpu-rate: it takes a number from 1 to 10'],
    [{ gpuRate: 'fast' }, '--gpu-rate: it takes a number from 1 to 10'],
  ])('%j is bad usage', (flags, message) => {
    expect(() => gpuOptions(flags)).toThrow(message)
  })
})
