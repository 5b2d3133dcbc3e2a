import { GpuTrace, gpuResult } from '@llm-loadtest/schema/metrics'
import { lostGpuReading, sampleGpu, sampleGpuReading, sampleResult } from '@llm-loadtest/schema/testing'
import ExcelJS from 'exceljs'
import { expect, it } from 'vitest'
import { gpuCsv, gpuSamplesCsv, resultWorkbook } from './index.ts'

const GIB = 2 ** 30
const { results } = sampleResult()

/** A run of one second with two GPUs, 100 and 300 W, the second lost after 200 ms. */
function sampled() {
  const trace = new GpuTrace()
  const samples = Array.from({ length: 11 }, (_, i) => i * 100).flatMap((at_ms) => [
    sampleGpuReading({ at_ms, memory_used_bytes: 10 * GIB, throttle_reasons: ['sw_power_cap'] }),
    at_ms > 200
      ? lostGpuReading({ at_ms, device_index: 1 })
      : sampleGpuReading({ at_ms, device_index: 1, memory_used_bytes: null, power_watts: 300 }),
  ])
  const devices = [sampleGpu({ name: '=NVIDIA' }), sampleGpu({ index: 1, driver_version: null })]
  trace.add({ period_ms: 100, devices, samples })
  return sampleResult({ gpu: gpuResult(trace, results) })
}

const linesOf = (csv: string) => csv.split('\r\n').slice(0, -1)

it('gives the figures of each level and of the run, a line a device and one for all', () => {
  const [header = '', ...lines] = linesOf(gpuCsv(sampled()))
  const columns = header.split(',')
  const rows = lines.map((line) => new Map(line.split(',').map((cell, i) => [columns[i] ?? '', cell])))
  const column = (name: string) => rows.map((row) => row.get(name))
  expect(column('Level')).toEqual(['1', '1', '1', '2', '2', '2', 'run', 'run', 'run'])
  expect(column('Concurrency').slice(0, 6)).toEqual(['1', '1', '1', '4', '4', '4'])
  expect(column('GPU')).toEqual(['0', '1', 'all', '0', '1', 'all', '0', '1', 'all'])
  expect(column('Name').slice(0, 3)).toEqual(["'=NVIDIA", 'NVIDIA Test', ''])
  expect(column('Memory used peak (GiB)').slice(0, 3)).toEqual(['10', '', ''])
  expect(column('Power mean (W)').slice(0, 3)).toEqual(['100', '300', ''])
  // The first level takes 541 ms, the run 1000 ms; the second GPU's energy at their ends is not known.
  expect(column('Energy (J)').slice(0, 3)).toEqual(['54.1', '', ''])
  expect(column('Energy (J)').slice(6)).toEqual(['100', '', ''])
  expect(column('Throttled: sw_power_cap (s)').slice(6)).toEqual(['1', '', ''])
  expect(column('Without readings (s)').slice(6)).toEqual(['0', '0.7', ''])
})

it('sets the energy of all devices against the tokens', () => {
  const trace = new GpuTrace()
  const samples = [0, 1000].map((at_ms) => sampleGpuReading({ at_ms }))
  trace.add({ period_ms: 1000, devices: [sampleGpu()], samples })
  const gpu = gpuResult(trace, results)
  // 54.1 J for 15 output tokens.
  const [, , all = ''] = linesOf(gpuCsv({ gpu, results }))
  expect(all.split(',').slice(-3)).toEqual(['54.1', String(54.1 / 15), String(15 / 54.1)])
})

it('gives the readings over time', () => {
  const [header, first, ...others] = linesOf(gpuSamplesCsv(sampled()))
  expect(header).toBe(
    'GPU,Since start (s),Memory used (GiB),GPU utilization (%),Temperature (°C),Power (W),SM clock (MHz)',
  )
  expect(first).toBe('0,0,10,50,60,100,1500')
  expect(others.at(-1)).toBe('1,1,,,,,')
  expect(others).toHaveLength(21)
})

it('is a header alone without a GPU', () => {
  expect(linesOf(gpuCsv(sampleResult()))).toHaveLength(1)
  expect(linesOf(gpuSamplesCsv(sampleResult()))).toHaveLength(1)
})

it('has sheets of its own in the workbook, and devices and warnings in the run definition', async () => {
  const workbook = new ExcelJS.Workbook()
  await workbook.xlsx.load((await resultWorkbook(sampled())).buffer as ArrayBuffer)
  expect(workbook.worksheets.map((sheet) => sheet.name)).toEqual([
    'Summary',
    'Statistics',
    'Errors',
    'Evidence',
    'GPU',
    'GPU samples',
    'Run definition',
  ])
  expect(workbook.getWorksheet('GPU')?.rowCount).toBe(10)
  expect(workbook.getWorksheet('GPU samples')?.getRow(2).values).toEqual([
    undefined,
    0,
    0,
    10,
    50,
    60,
    100,
    1500,
  ])
  const cells = new Map<unknown, unknown>()
  workbook
    .getWorksheet('Run definition')
    ?.eachRow((row) => cells.set(row.getCell(1).value, row.getCell(2).value))
  expect(cells.get('gpu_1')).toBe('NVIDIA Test, GPU-1, CUDA 12.8')
  expect(cells.get('gpu_warnings')).toContain(
    'level 1: GPU 0 ran slower for 0.5 s: the clocks were held back by the power limit.',
  )
})
