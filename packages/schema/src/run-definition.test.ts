import { describe, expect, it } from 'vitest'
import { problemDetails } from './problem.ts'
import { RunConfig, RunDefinition } from './run-definition.ts'

const minimal = { server_url: 'http://127.0.0.1:8000', model: 'm' }

/** An object that nests `depth` arrays. */
function nested(depth: number): Record<string, unknown> {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = [value]
  return { value }
}

function problems(changes: Record<string, unknown>): Record<string, string> {
  const parsed = RunDefinition.safeParse({ ...minimal, ...changes })
  if (parsed.success) return {}
  return Object.fromEntries(problemDetails(parsed.error).map(({ path, message }) => [path, message]))
}

describe('RunDefinition', () => {
  it('fills the documented defaults', () => {
    expect(RunDefinition.parse(minimal)).toEqual({
      ...minimal,
      adapter: 'openai',
      endpoint: 'chat',
      concurrency: [1],
      num_prompts: 100,
      input_len: 256,
      output_len: 128,
      stream: true,
      warmup: 3,
      cooldown: 0,
      timeout: 120,
      ignore_eos: false,
      seed: 0,
      tokenizer: 'auto',
    })
  })

  it('means the same when a parsed definition is sent over the wire and parsed again', () => {
    for (const run of [minimal, { ...minimal, request_rate: { rates: [5] }, duration_seconds: 10 }]) {
      const parsed = RunDefinition.parse(run)
      expect(RunDefinition.parse(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed)
      expect(RunConfig.safeParse(JSON.parse(JSON.stringify(parsed))).success).toBe(true)
    }
  })

  it('has neither concurrency nor a count when a rate and a duration are given', () => {
    const run = RunDefinition.parse({ ...minimal, request_rate: { rates: [5] }, duration_seconds: 10 })
    expect(run.concurrency).toBeUndefined()
    expect(run.num_prompts).toBeUndefined()
    expect(run.request_rate).toEqual({ rates: [5], arrival: 'poisson' })
  })

  it.each([
    [{ colour: 'red' }, 'colour', 'is not a known field'],
    [{ goodput_thresholds: { ttft_ms: 1, p99: 2 } }, 'goodput_thresholds.p99', 'is not a known field'],
    [{ server_url: 'ftp://host' }, 'server_url', 'must be an http:// or https:// URL'],
    [{ server_url: 'not a url' }, 'server_url', 'must be an http:// or https:// URL'],
    [{ server_url: 'http://user:secret@host' }, 'server_url', 'must not carry a user name or password'],
    [{ concurrency: [1, 0] }, 'concurrency[1]', 'expected number to be >=1'],
    [{ concurrency: [] }, 'concurrency', 'expected array to have >=1'],
    [
      { concurrency: [1], request_rate: { rates: [1] } },
      'request_rate',
      'give either concurrency or request_rate, not both',
    ],
    [
      { num_prompts: 1, duration_seconds: 1 },
      'duration_seconds',
      'give either num_prompts or duration_seconds, not both',
    ],
    [{ api_key: 'k', api_key_env: 'K' }, 'api_key_env', 'give either api_key or api_key_env, not both'],
    [{ api_key: 'line\nbreak' }, 'api_key', 'must be printable ASCII'],
    [{ api_key_env: '1BAD' }, 'api_key_env', 'is not the name of an environment variable'],
    [{ headers: { 'bad name': 'x' } }, 'headers["bad name"]', 'is not a header name'],
    [{ headers: { good: 'line\r\nbreak' } }, 'headers.good', 'must be printable ASCII'],
    [{ input_len: 'long' }, 'input_len', 'must be a whole number of tokens'],
    [{ input_len: { mean: 5, std: 1, min: 9, max: 10 } }, 'input_len', 'must satisfy min <= mean <= max'],
    [{ output_len: 0.5 }, 'output_len', 'must be a whole number of tokens'],
    [{ extra_body: { model: 'other' } }, 'extra_body.model', 'is set by the load engine'],
    [{ extra_body: { blob: 'x'.repeat(70_000) } }, 'extra_body', 'at most 64 KiB'],
    [{ extra_body: nested(40) }, 'extra_body', 'at most 32 levels'],
    [{ extra_body: nested(30_000) }, 'extra_body', 'at most 32 levels'],
    [{ headers: { 'Transfer-Encoding': 'chunked' } }, 'headers["Transfer-Encoding"]', 'set by the agent'],
    [{ headers: { 'content-length': '3' } }, 'headers["content-length"]', 'set by the agent'],
    [{ headers: { 'x-a': '1', 'X-A': '2' } }, 'headers["X-A"]', 'is given twice'],
    [{ name: 'a\u0000b' }, 'name', 'must not hold control characters'],
    [{ tags: ['ok', 'a\u0000b'] }, 'tags[1]', 'must not hold control characters'],
    [{ model: 'm\u0000' }, 'model', 'must not hold control characters'],
    [{ goodput_thresholds: {} }, 'goodput_thresholds', 'give at least one of'],
    [{ stream: false, goodput_thresholds: { ttft_ms: 1 } }, 'goodput_thresholds.ttft_ms', 'stream false'],
    [
      { request_rate: { rates: [1], burstiness: 2 } },
      'request_rate.burstiness',
      'applies to arrival "gamma" only',
    ],
    [{ timeout: 0 }, 'timeout', 'expected number to be >0'],
    [{ seed: -1 }, 'seed', '>=0'],
    [{ model: '   ' }, 'model', 'expected string to have >=1'],
  ])('refuses case %#', (changes, path, message) => {
    expect(problems(changes)[path]).toContain(message)
  })
})
