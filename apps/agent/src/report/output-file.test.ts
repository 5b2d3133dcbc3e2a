import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AiperfExport,
  gpuCsv,
  gpuSamplesCsv,
  REQUESTS_CSV,
  REQUESTS_JSONL,
  summaryCsv,
  VllmExport,
} from '@llm-loadtest/report'
import { RunDefinition } from '@llm-loadtest/schema'
import { failedRecord, sampleRecord, sampleResult } from '@llm-loadtest/schema/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { formatProblem, openOutput } from './output-file.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'output-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const definition = (concurrency: number[]) =>
  RunDefinition.parse({
    server_url: 'http://h',
    model: 'm',
    concurrency,
    goodput_thresholds: { ttft_ms: 99 },
  })
const result = sampleResult()
const { results, summary, gpu, validity, ...run } = result
const batches = [[sampleRecord(), failedRecord()], [sampleRecord({ index: 2 })]]

/** What is in a file of this name after a run with these records. */
async function written(name: string): Promise<string> {
  const output = openOutput(join(dir, name), definition([1]))
  for (const records of batches) output.add?.(records)
  await output.finish(result)
  return readFile(join(dir, name), 'utf8')
}

it('is written as the end of its name asks', async () => {
  expect(await written('a.csv')).toBe(summaryCsv(result))
  expect(await written('a.GPU.csv')).toBe(gpuCsv(result))
  expect(await written('a.gpu-samples.csv')).toBe(gpuSamplesCsv(result))
  expect(JSON.parse(await written('a.gpu.json'))).toEqual(result)
})

it('has every request in the order they came', async () => {
  const records = batches.flat()
  expect(await written('a.requests.csv')).toBe(REQUESTS_CSV.head + REQUESTS_CSV.rows(records))
  expect(await written('a.requests.jsonl')).toBe(REQUESTS_JSONL.rows(records))
  // A second run starts the file anew.
  expect(await written('a.requests.jsonl')).toBe(REQUESTS_JSONL.rows(records))
})

it.each([
  ['a.vllm.json', VllmExport],
  ['a.aiperf.json', AiperfExport],
] as const)('%s is of the one level', async (name, Export) => {
  const content = new Export({ ttft_ms: 99 })
  for (const record of batches.flat()) content.add(record)
  const level = { kind: 'concurrency', index: 0, concurrency: 1 } as const
  expect(JSON.parse(await written(name))).toEqual(content.content({ run, level }))
})

it('tells at the end that it could not be written', async () => {
  const output = openOutput(join(dir, 'none', 'a.requests.csv'), definition([1]))
  output.add?.([sampleRecord()])
  await expect(output.finish(result)).rejects.toThrow('ENOENT')
})

it('wants a name that says what to write, and one level where the format is of one', () => {
  const problem = (file: string, concurrency: number[]) => formatProblem(file, definition(concurrency))
  for (const file of ['a.txt', 'csv', 'a.csv.gz']) {
    expect(problem(file, [1])).toBe(
      `"${file}" must end in .requests.csv, .requests.jsonl, .vllm.json, .aiperf.json, .json, .gpu.csv, .gpu-samples.csv, .csv, .xlsx`,
    )
  }
  expect(problem('a.aiperf.json', [1, 10])).toBe(
    '"a.aiperf.json" is of one load level, and this run has 2. Run one, or take .requests.jsonl',
  )
  expect([problem('a.vllm.json', [1]), problem('a.requests.csv', [1, 10])]).toEqual([null, null])
})
