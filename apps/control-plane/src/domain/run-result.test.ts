import { RunConfig, type RunView } from '@llm-loadtest/schema'
import { GpuTrace } from '@llm-loadtest/schema/metrics'
import { sampleGpu, sampleGpuReading } from '@llm-loadtest/schema/testing'
import { expect, it } from 'vitest'
import { requestRecord, sampleLevel } from '../testing/samples.ts'
import { assembleResult, levelsFromRecords } from './run-result.ts'

const config = RunConfig.parse({ server_url: 'http://x', model: 'm', concurrency: [1, 2] })
const run: RunView = {
  run_id: 'run_01JDV7Z8K4Q2M6N9P3R5T7W1XY',
  name: null,
  tags: [],
  status: 'failed',
  cancel_requested: false,
  server_url: 'http://x',
  model: 'm',
  adapter: 'openai',
  agent_id: null,
  created_at: '2026-01-01T00:00:00.000Z',
  started_at: null,
  completed_at: null,
  duration_seconds: null,
  error: null,
  config,
}

it('puts the levels in order and sums them up', () => {
  const result = assembleResult(run, [sampleLevel(1, 2), sampleLevel(0, 3)], null)
  expect(result.results.map((level) => level.index)).toEqual([0, 1])
  expect(result.summary.total_requests).toBe(5)
  expect(result.validity.verdict).toBe('valid')
  expect(result.gpu).toBeNull()
})

it('sets the energy of the GPUs against the tokens of the levels', () => {
  const trace = new GpuTrace()
  const samples = [0, 1000, 2000].map((at_ms) => sampleGpuReading({ at_ms }))
  trace.add({ period_ms: 1000, devices: [sampleGpu()], samples })
  // The level's window is 1000 to 1580 ms: 58 J at 100 W for 15 tokens.
  const { gpu } = assembleResult(run, [sampleLevel(0, 3)], trace)
  expect(gpu?.levels[0]?.energy_joules).toBeCloseTo(58, 9)
  expect(gpu?.levels[0]?.joules_per_output_token).toBeCloseTo(58 / 15, 9)
  expect(gpu?.run).toMatchObject({ energy_joules: 200, joules_per_output_token: 158 / 15 })
})

it('computes the levels that have measured requests, and no others', () => {
  const records = [
    requestRecord(0, { level_index: 0, warmup: true }),
    requestRecord(0, { level_index: 1 }),
    requestRecord(1, { level_index: 1, outcome: 'TIMEOUT' }),
  ]
  const [level, ...others] = levelsFromRecords(config, records)
  expect(others).toEqual([])
  expect([level?.index, level?.concurrency, level?.total_requests, level?.errors]).toEqual([
    1,
    2,
    2,
    { TIMEOUT: 1 },
  ])
})
