import { RunConfig } from '@llm-loadtest/schema'
import { expect, it } from 'vitest'
import { configDifferences } from './config-differences.ts'

const configured = (runId: string, change: object, agentId: string | null = null) => ({
  runId,
  agentId,
  config: RunConfig.parse({ server_url: 'http://llm.test', model: 'm', concurrency: [1], ...change }),
})

it('names the fields that differ, by their path, and leaves out names', () => {
  const runs = [
    configured('a', {
      name: 'one',
      tags: ['x'],
      input_len: 100,
      goodput_thresholds: { ttft_ms: 1, e2e_ms: 5 },
    }),
    configured(
      'b',
      { name: 'two', concurrency: [1, 2], goodput_thresholds: { ttft_ms: 2, e2e_ms: 5 } },
      'agent',
    ),
    configured('c', { input_len: { min: 1, max: 2 }, seed: 0 }),
  ]
  expect(configDifferences(runs)).toEqual([
    { field: 'agent_id', values: { a: null, b: 'agent', c: null } },
    { field: 'concurrency', values: { a: [1], b: [1, 2], c: [1] } },
    { field: 'goodput_thresholds.e2e_ms', values: { a: 5, b: 5, c: null } },
    { field: 'goodput_thresholds.ttft_ms', values: { a: 1, b: 2, c: null } },
    { field: 'input_len', values: { a: 100, b: 256, c: null } },
    { field: 'input_len.max', values: { a: null, b: null, c: 2 } },
    { field: 'input_len.min', values: { a: null, b: null, c: 1 } },
  ])
})

it('finds no difference between runs that are alike', () => {
  expect(configDifferences([configured('a', { seed: 1 }), configured('b', { seed: 1 })])).toEqual([])
})
