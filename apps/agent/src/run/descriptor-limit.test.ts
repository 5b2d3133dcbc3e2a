import { RunDefinition, type RunDefinitionInput } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import { descriptorsNeeded, mostInFlight, openFilesLimit } from './descriptor-limit.ts'

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             127000               127000               processes
Max open files            1024                 20000                files
`

const needed = (load: Partial<RunDefinitionInput>, most = 1, replayRate = 0) =>
  descriptorsNeeded(
    RunDefinition.parse({ server_url: 'http://127.0.0.1:1', model: 'm', ...load }),
    most,
    replayRate,
  )

describe('the limit of open files', () => {
  it('is the soft one that Linux tells', () => {
    expect(openFilesLimit(LIMITS)).toBe(1024)
    expect(openFilesLimit(LIMITS.replace('1024 ', 'unlimited '))).toBeNull()
    expect(openFilesLimit('')).toBeNull()
  })
})

describe('the files a run opens', () => {
  const base = needed({ concurrency: [1] }) - 1

  it('are a connection for each request of its largest level', () => {
    expect(needed({ concurrency: [10, 500, 20], num_prompts: 5000 })).toBe(base + 500)
    expect(needed({ concurrency: [500], num_prompts: 50 })).toBe(base + 50)
  })

  it('are, at a rate, those of a second, or as many as may be in flight', () => {
    expect(needed({ request_rate: { rates: [99.5] } })).toBe(base + 100)
    expect(needed({ request_rate: { rates: [99.5] }, max_concurrency: 40 })).toBe(base + 40)
    const trace = { replay: {}, dataset: { path: 'trace.jsonl', format: 'mooncake' as const } }
    expect(needed(trace, 1, 70)).toBe(base + 70)
  })

  it('are more with more workers', () => {
    const concurrency = [1000]
    expect(needed({ concurrency, num_prompts: 1000 }, 4)).toBeGreaterThan(
      needed({ concurrency, num_prompts: 1000 }, 1),
    )
  })
})

describe('a schedule without a limit', () => {
  const run = RunDefinition.parse({ server_url: 'http://h', model: 'm', request_rate: { rates: [600] } })
  const most = (limit: number | null, workers = 1) => mostInFlight(run, workers, 0, { limit, open: 24 })

  it('has as many in flight as there may be connections', () => {
    // 32 files are kept for the agent, 8 for each worker.
    expect(most(1024)).toBe(1024 - 24 - 32 - 8)
    expect(most(1024, 3)).toBe(1024 - 24 - 32 - 24)
  })

  it('has 16384 where as many are allowed', () => {
    expect([most(null), most(20_000)]).toEqual([16_384, 16_384])
  })
})
