import { availableParallelism } from 'node:os'
import { loadPasses, RunDefinition, type RunDefinitionInput } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import { defaultWorkers, usefulWorkers } from './crew-size.ts'

function useful(load: Partial<RunDefinitionInput>, most: number, replayRate = 0): number[] {
  const run = RunDefinition.parse({ server_url: 'http://127.0.0.1:1', model: 'm', ...load })
  return loadPasses(run).map((pass) => usefulWorkers(run, pass, most, replayRate))
}

describe('the number of load workers', () => {
  it('is one for each core beside the main thread’s, and at least one', () => {
    expect(defaultWorkers()).toBe(Math.max(1, Math.min(8, availableParallelism() - 1)))
  })

  it('is no more than a pass has use for', () => {
    expect(useful({ concurrency: [1, 250, 251, 5000], num_prompts: 10_000 }, 8)).toEqual([1, 1, 2, 8])
    expect(useful({ concurrency: [5000], num_prompts: 10 }, 8)).toEqual([1])
    expect(useful({ request_rate: { rates: [20, 600] } }, 8)).toEqual([1, 3])
    expect(useful({ request_rate: { rates: [20] }, max_concurrency: 700 }, 8)).toEqual([3])
    const trace = { replay: {}, dataset: { path: 'trace.jsonl', format: 'mooncake' as const } }
    expect(useful(trace, 8, 10)).toEqual([1])
    expect(useful(trace, 8, 600)).toEqual([3])
    expect(useful({ ...trace, max_concurrency: 1000 }, 8, 10)).toEqual([4])
  })

  it('follows the largest of stages, which are one pass', () => {
    const stages = [
      { concurrency: 10, duration_seconds: 1 },
      { request_rate: 900, duration_seconds: 1 },
    ]
    expect(useful({ stages }, 8)).toEqual([4])
  })
})
