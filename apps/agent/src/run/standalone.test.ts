import { type RunningSimulator, startSimulator } from '@llm-loadtest/llm-simulator'
import {
  RequestRecord,
  RunDefinition,
  type RunDefinitionInput,
  RunProgress,
  RunResult,
} from '@llm-loadtest/schema'
import { levelResult, NO_EVIDENCE } from '@llm-loadtest/schema/metrics'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runStandalone } from './standalone.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ port: 0 })
})
afterAll(() => simulator.close())

function define(over: Partial<RunDefinitionInput>): RunDefinition {
  return RunDefinition.parse({
    server_url: simulator.url,
    model: 'simulator',
    input_len: 12,
    output_len: 6,
    ignore_eos: true,
    ...over,
  })
}

async function run(over: Partial<RunDefinitionInput>, signal?: AbortSignal) {
  const records: RequestRecord[] = []
  const progress: RunProgress[] = []
  const result = await runStandalone(define(over), {
    onRecords: (batch) => records.push(...batch),
    onProgress: (snapshot) => progress.push(snapshot),
    ...(signal ? { signal } : {}),
  })
  return {
    result: RunResult.parse(result),
    records: records.map((record) => RequestRecord.parse(record)),
    progress,
  }
}

describe('a whole run', () => {
  it('measures each level with exactly its requests, warm-up apart', async () => {
    const { result, records, progress } = await run({ concurrency: [1, 3], num_prompts: 10, warmup: 2 })
    expect(result.status).toBe('completed')
    expect(
      result.results.map((level) => [level.concurrency, level.total_requests, level.successful_requests]),
    ).toEqual([
      [1, 10, 10],
      [3, 10, 10],
    ])
    expect(result.summary).toMatchObject({
      total_requests: 20,
      total_input_tokens: 240,
      total_output_tokens: 120,
    })
    expect(records.filter(({ warmup }) => warmup)).toHaveLength(4)
    expect(new Set(records.map(({ request_id }) => request_id)).size).toBe(24)
    expect(progress.map((snapshot) => RunProgress.parse(snapshot)).at(-1)).toMatchObject({
      overall_percent: 100,
      metrics: { completed: 10, running: 0 },
    })
  })

  it('derives its result from the records it gives out', async () => {
    const { result, records } = await run({ concurrency: [2], num_prompts: 8 })
    const [level] = result.results
    const again = levelResult(
      records,
      { kind: 'concurrency', index: 0, concurrency: 2 },
      undefined,
      NO_EVIDENCE,
    )
    expect({ ...again, validity: null }).toEqual({ ...level, validity: null })
  })

  it.each([
    ['completions', { endpoint: 'completions' as const }],
    ['whole responses', { stream: false }],
    ['completions in whole responses', { endpoint: 'completions' as const, stream: false }],
  ])('counts the tokens of %s exactly', async (_, over) => {
    const { records } = await run({ ...over, num_prompts: 5 })
    for (const record of records) {
      expect([record.outcome, record.input_tokens, record.local_input_tokens]).toEqual(['ok', 12, 12])
      expect([record.output_tokens, record.output_tokens_source]).toEqual([6, 'usage'])
      expect(record.event_ms.length).toBe('stream' in over ? 0 : 6)
      expect(record.first_token_ms === null).toBe('stream' in over)
    }
  })

  it('counts here what the server does not', async () => {
    const headers = { 'x-simulator-fault': 'no-usage' }
    for (const stream of [true, false]) {
      const { records } = await run({ headers, stream, num_prompts: 4 })
      for (const record of records) {
        expect([record.output_tokens, record.output_tokens_source]).toEqual([6, 'tiktoken_approx'])
        expect([record.input_tokens, record.input_tokens_source]).toEqual([12, 'tiktoken_approx'])
        expect(record.event_tokens).toEqual(stream ? [1, 1, 1, 1, 1, 1] : [])
      }
    }
  })

  it('follows a request rate and records when each was intended', async () => {
    const { result, records } = await run({
      request_rate: { rates: [50], arrival: 'constant' },
      num_prompts: 20,
    })
    const intended = records
      .filter(({ warmup }) => !warmup)
      .map(({ intended_ms }) => intended_ms ?? Number.NaN)
    const sorted = intended.sort((a, b) => a - b)
    expect((sorted.at(-1) ?? 0) - (sorted[0] ?? 0)).toBeCloseTo(380, 2)
    expect(result.results[0]).toMatchObject({ request_rate: 50, concurrency: null, total_requests: 20 })
    expect(result.results[0]?.ttft_intended?.count).toBe(20)
  })

  it('bounds a level by time', async () => {
    const { result } = await run({ concurrency: [2], duration_seconds: 0.5 })
    const [level] = result.results
    expect(level?.window_seconds).toBeGreaterThan(0.4)
    expect(level?.total_requests).toBe(level?.successful_requests)
    expect(level?.total_requests).toBeGreaterThan(4)
  })

  it('keeps what was measured when it is cancelled', async () => {
    const cancel = new AbortController()
    const definition = define({ concurrency: [3], num_prompts: 10_000, output_len: 50 })
    const records: RequestRecord[] = []
    const result = await runStandalone(definition, {
      signal: cancel.signal,
      onProgress: ({ phase, metrics }) => {
        if (phase === 'measure' && metrics.completed > 0) cancel.abort()
      },
      onRecords: (batch) => records.push(...batch),
    })
    expect([result.status, result.cancel_requested]).toEqual(['cancelled', true])
    expect(result.results[0]?.errors).toEqual({ CANCELLED: 3 })
    expect(records.filter(({ warmup }) => !warmup)).toHaveLength(result.results[0]?.total_requests ?? 0)
  })

  it('counts failures against the level without failing the run', async () => {
    const { result } = await run({ headers: { 'x-simulator-fault': 'http-429' }, warmup: 0, num_prompts: 4 })
    expect(result.status).toBe('completed')
    expect(result.results[0]).toMatchObject({
      errors: { HTTP_429: 4 },
      successful_requests: 0,
      error_rate_percent: 100,
      ttft: null,
    })
  })
})

describe('a run that cannot go on', () => {
  it('fails as unreachable when no warm-up request got through', async () => {
    const { result } = await run({ server_url: 'http://127.0.0.1:1' })
    expect([result.status, result.error?.code, result.results]).toEqual(['failed', 'target_unreachable', []])
    expect(result.error?.message).toMatch(
      /ECONNREFUSED.*Check that the LLM server runs at http:\/\/127\.0\.0\.1:1/,
    )
  })

  it('fails in its warm-up when all of it fails, quoting the server', async () => {
    const { result } = await run({ model: 'other' })
    expect([result.status, result.error?.code]).toEqual(['failed', 'warmup_failed'])
    expect(result.error?.message).toMatch(/HTTP_404.*other/)
  })

  it('says to lower the load when the server limits it', async () => {
    const { result } = await run({ headers: { 'x-simulator-fault': 'http-429' } })
    expect(result.error?.message).toMatch(/HTTP_429.*lower the concurrency or the request rate/)
  })

  it('fails when the variable of its key is not set', async () => {
    const { result } = await run({ api_key_env: 'NOT_SET_ANYWHERE' })
    expect(result.error?.message).toMatch(/NOT_SET_ANYWHERE is not set/)
  })
})

it('masks secrets in the result', async () => {
  const { result } = await run({
    num_prompts: 1,
    warmup: 0,
    api_key: 'sk-abcdefgh12345678',
    headers: { 'X-Api-Key': 'another-secret-value', 'x-session': 'session-of-somebody' },
  })
  const text = JSON.stringify(result)
  expect(text).not.toContain('sk-abcdefgh12345678')
  expect(text).not.toContain('another-secret-value')
  expect(result.config.api_key).toBe('sk-…5678')
  expect(result.config.headers).toEqual({ 'X-Api-Key': '…alue', 'x-session': '…body' })
})
