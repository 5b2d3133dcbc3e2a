import { readFileSync } from 'node:fs'
import { startControlPlane } from '@llm-loadtest/control-plane'
import { startSimulator } from '@llm-loadtest/llm-simulator'
import { logToStderr } from '@llm-loadtest/local'
import {
  type GpuLevelFigures,
  type GpuResult,
  type GpuSeries,
  type LevelResult,
  RunResult,
} from '@llm-loadtest/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildStandIn, cCompiler } from '../nvml-stand-in/build.ts'
import { DRIVER, deviceLine, deviceUuid, ScriptFile } from '../nvml-stand-in/script-file.ts'
import { testApi } from '../support/api.ts'
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts'
import { type Program, runProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const PERIOD_MS = 100
const REQUESTS = 30
const OUTPUT_TOKENS = 16
const IDLE = { percent: 3, watts: 100 }
const BUSY = { percent: 97, watts: 400 }
/** The first device counts its energy, evenly; the second has no counter, and power that changes with its load. */
const COUNTED_WATTS = 250
const SERVER = 'process 4194305 device=0 memory_bytes=1073741824 name=/usr/bin/vllm'
const INTRUDER = 'process 4194306 device=1 memory_bytes=2147483648 name=/usr/bin/train'

const device = (index: number, { percent, watts }: typeof IDLE, readings: Record<string, string | number>) =>
  deviceLine(index, {
    gpu_percent: percent,
    memory_percent: 40,
    power_mw: watts * 1000,
    memory_total_bytes: 80 * 2 ** 30,
    memory_used_bytes: 60 * 2 ** 30,
    memory_reserved_bytes: 2 ** 29,
    temperature_celsius: 61,
    sm_clock_mhz: 1980,
    ...readings,
  })

const devices = (load: typeof IDLE) => [
  device(0, load, { power_mw: COUNTED_WATTS * 1000, energy_mj: `5000+${COUNTED_WATTS * 1000}/s` }),
  device(1, load, { clocks_event_reasons: load === BUSY ? 4 : 0 }),
]

const folder = temporaryFolder()
const script = new ScriptFile(folder.path)
let onRequest: (number: number) => void = () => undefined
let simulator: Awaited<ReturnType<typeof startSimulator>>
let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
let proxy: CountingProxy
let agent: Program
let api: ReturnType<typeof testApi>
let served = 0

beforeAll(async () => {
  if (cCompiler === null) return
  script.write(DRIVER, ...devices(IDLE), SERVER)
  simulator = await startSimulator({ port: 0 })
  proxy = await startCountingProxy(simulator.url, (number) => onRequest(number - served))
  controlPlane = await startControlPlane({
    dataDir: `${folder.path}/data`,
    assetsDirectory: null,
    log: logToStderr('warn'),
  })
  api = testApi(controlPlane.url)
  const { token } = await api.mintAgent('gpus')
  agent = runProgram(
    'apps/agent/bin/agent.js',
    ['--control-plane', controlPlane.url, '--state-dir', `${folder.path}/agent`, '--gpu-rate', '10'],
    { LLM_LOADTEST_TOKEN: token, ...script.environment(buildStandIn()) },
  )
  await api.waitForAgents(1)
})

afterAll(async () => {
  agent?.kill('SIGTERM')
  await agent?.exited
  await controlPlane?.close()
  await proxy?.close()
  await simulator?.close()
  folder.remove()
})

/** A run of three levels of REQUESTS each; `on` is told of each request before the server sees it. */
async function benchmark(on: (number: number) => void): Promise<{ result: RunResult; gpu: GpuResult }> {
  onRequest = on
  const runId = await api.startRun({
    server_url: proxy.url,
    concurrency: [1, 2, 3],
    num_prompts: REQUESTS,
    output_len: OUTPUT_TOKENS,
    warmup: 0,
  })
  const result = await api.waitForEnd(runId)
  served += 3 * REQUESTS
  expect(result).toMatchObject({ status: 'completed', summary: { successful_requests: 3 * REQUESTS } })
  if (!result.gpu) throw new Error('the result has no GPU figures')
  return { result, gpu: result.gpu }
}

function seriesOf(gpu: GpuResult, index: number): GpuSeries {
  const series = gpu.series.find(({ device_index }) => device_index === index)
  if (!series) throw new Error(`no series of device ${index}`)
  return series
}

function windowOf({ started_ms, ended_ms }: LevelResult): [from: number, to: number] {
  if (started_ms === null || ended_ms === null) throw new Error('the level has no window')
  return [started_ms, ended_ms]
}

/**
 * Power × time between two moments by hand, J: trapezoids between the samples, cut at both ends. The first and the last
 * sample's power goes on where the moment lies outside of them.
 */
function energyByHand({ at_ms, power_watts }: GpuSeries, from: number, to: number): number {
  const times = [Math.min(from, at_ms[0] ?? from), ...at_ms, Math.max(to, at_ms.at(-1) ?? to)]
  const watts = [power_watts[0], ...power_watts, power_watts.at(-1)].map((power) => power ?? Number.NaN)
  let joules = 0
  for (let i = 1; i < times.length; i++) {
    const [start = 0, end = 0] = [times[i - 1], times[i]]
    const seconds = Math.max(0, Math.min(end, to) - Math.max(start, from)) / 1000
    joules += (seconds * ((watts[i - 1] ?? Number.NaN) + (watts[i] ?? Number.NaN))) / 2
  }
  return joules
}

/** Every sample that is further than a period from the edges of the busy time shows what the GPU did at its time. */
function expectAligned({ at_ms, gpu_utilization_percent }: GpuSeries, [from, to]: [number, number]): void {
  const samples = at_ms.map((ms, i) => ({ ms, percent: gpu_utilization_percent[i] }))
  const clear = samples.filter(({ ms }) => [from, to].every((edge) => Math.abs(ms - edge) > PERIOD_MS))
  const expected = clear.map(({ ms }) => (ms > from && ms < to ? BUSY : IDLE).percent)
  expect(clear.map(({ percent }) => percent)).toEqual(expected)
  expect(new Set(expected)).toEqual(new Set([IDLE.percent, BUSY.percent]))
  expect(at_ms).toEqual([...at_ms].sort((a, b) => a - b))
}

function expectEnergyOfLevel(
  gpu: GpuResult,
  figures: GpuLevelFigures | undefined,
  [from, to]: [number, number],
): void {
  if (!figures) throw new Error('the level has no figures')
  const [counted = Number.NaN, integrated = Number.NaN] = figures.devices.map(
    ({ energy_joules }) => energy_joules ?? Number.NaN,
  )
  const byScript = (COUNTED_WATTS * (to - from)) / 1000
  expect(Math.abs(counted - byScript)).toBeLessThan((COUNTED_WATTS * PERIOD_MS) / 1000)
  expect(integrated).toBeCloseTo(energyByHand(seriesOf(gpu, 1), from, to), 3)
  const tokens = REQUESTS * OUTPUT_TOKENS
  expect(figures.joules_per_output_token).toBeCloseTo((counted + integrated) / tokens, 6)
  expect(figures.tokens_per_watt_second).toBeCloseTo(tokens / (counted + integrated), 6)
  expect(figures.devices.map(({ energy_source }) => energy_source)).toEqual(['counter', 'integrated'])
}

describe.skipIf(cCompiler === null)('a benchmark on a host with GPUs', () => {
  it('has their series aligned with its levels, and the energy of its tokens', async () => {
    const { result, gpu } = await benchmark((number) => {
      if (number === REQUESTS + 1) script.write(DRIVER, ...devices(BUSY), SERVER, INTRUDER)
      if (number === 2 * REQUESTS + 1) script.write(DRIVER, ...devices(IDLE), SERVER)
    })
    expect(gpu.period_ms).toBe(PERIOD_MS)
    expect(gpu.devices.map(({ index, uuid }) => [index, uuid])).toEqual([
      [0, deviceUuid(0)],
      [1, deviceUuid(1)],
    ])
    // Busy from the first request of the second level to the first of the third.
    const [, second = Number.NaN, third = Number.NaN] = result.results.map((level) => windowOf(level)[0])
    for (const index of [0, 1]) expectAligned(seriesOf(gpu, index), [second, third])
    result.results.forEach((level, i) => {
      expectEnergyOfLevel(gpu, gpu.levels[i], windowOf(level))
    })
    const codes = gpu.warnings.map((warning) => [warning.code, warning.device_index, warning.level_index])
    expect(codes).toContainEqual(['clocks_throttled', 1, 1])
    expect(codes).toContainEqual(['foreign_process', 1, 1])
    expect(gpu.warnings.filter((warning) => warning.device_index === 0)).toEqual([])
  })

  it('goes on when a GPU is lost, says so, and reads it again when it is back', async () => {
    const { gpu } = await benchmark((number) => {
      if (number === REQUESTS + 1) script.write(DRIVER, ...devices(IDLE), SERVER, 'fail * 1 15')
      if (number === 2 * REQUESTS + 1) script.write(DRIVER, ...devices(IDLE), SERVER)
    })
    const { power_watts } = seriesOf(gpu, 1)
    expect(power_watts[0]).toBe(IDLE.watts)
    expect(power_watts.at(-1)).toBe(IDLE.watts)
    expect(power_watts).toContain(null)
    expect(seriesOf(gpu, 0).power_watts).not.toContain(null)
    expect(gpu.warnings.map(({ code, device_index }) => [code, device_index])).toContainEqual([
      'no_readings',
      1,
    ])
  })

  it("has the GPUs and what they do now in the agents' list", async () => {
    const now = await waitUntil('readings of both GPUs', async () => {
      const { data } = await api.client.GET('/api/v1/agents')
      const [host] = data?.agents ?? []
      const read = host?.gpu_samples.filter(({ fault }) => fault === null)
      return host && read?.length === 2 ? host : null
    })
    expect(now.gpus.map(({ uuid }) => uuid)).toEqual([deviceUuid(0), deviceUuid(1)])
    expect(now.gpu_absence).toBeNull()
    expect(now.gpu_samples.map((sample) => [sample.uuid, sample.memory_used_bytes])).toEqual([
      [deviceUuid(0), 60 * 2 ** 30],
      [deviceUuid(1), 60 * 2 ** 30],
    ])
  })

  it('has the same figures without a control plane', async () => {
    const file = `${folder.path}/result.json`
    const args = ['run', '--server', simulator.url, '--model', 'simulator', '--gpu', '0', '--gpu-rate', '10']
    const program = runProgram(
      'apps/agent/bin/agent.js',
      [...args, '-n', '10', '--output-len', String(OUTPUT_TOKENS), '--ignore-eos', '--output', file],
      script.environment(buildStandIn()),
    )
    expect(await program.exited, program.output()).toBe(0)
    const { gpu, results } = RunResult.parse(JSON.parse(readFileSync(file, 'utf8')))
    expect(gpu?.devices.map(({ uuid }) => uuid)).toEqual([deviceUuid(0)])
    const joules = gpu?.levels[0]?.energy_joules ?? Number.NaN
    const [level] = results
    if (!level) throw new Error('one level')
    const [from, to] = windowOf(level)
    expect(Math.abs(joules - (COUNTED_WATTS * (to - from)) / 1000)).toBeLessThan(
      (COUNTED_WATTS * PERIOD_MS) / 1000,
    )
    expect(gpu?.levels[0]?.joules_per_output_token).toBeCloseTo(joules / (10 * OUTPUT_TOKENS), 6)
  })
})
