import { describe, expect, it } from 'vitest'
import { startSimulator } from '../start-simulator.ts'
import { send, until } from '../test-client.ts'
import { Histogram } from './histogram.ts'

/** Parses the text format strictly: every sample belongs to a family announced before it. */
function parseMetrics(text: string): Map<string, number> {
  const samples = new Map<string, number>()
  const families = new Map<string, string>()
  expect(text.endsWith('\n')).toBe(true)
  for (const line of text.trimEnd().split('\n')) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line)
    if (type !== null) families.set(type[1] ?? '', type[2] ?? '')
    if (line.startsWith('#')) continue
    const sample = /^([a-z_:\d]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)+)\} (\S+)$/.exec(line)
    if (sample === null) throw new Error(`not a sample: ${line}`)
    const [, name = '', labels = '', value] = sample
    const family = families.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
    expect(families.get(family) === 'histogram').toBe(family !== name)
    expect(families.has(family)).toBe(true)
    samples.set(`${name}{${labels}}`, Number(value))
  }
  return samples
}

describe('metrics', () => {
  it('count what the server did, in the text format', async () => {
    const simulator = await startSimulator({ port: 0, models: ['a "quoted" name'] })
    const url = `${simulator.url}/v1/chat/completions`
    const ask = (fields: object) =>
      send(url, { messages: [{ role: 'user', content: ' one two three' }], ...fields })
    await ask({ max_tokens: 5, ignore_eos: true, stream: true })
    await ask({ max_tokens: 7, ignore_eos: true })
    await ask({ max_tokens: 1 })
    const page = await send(`${simulator.url}/metrics`, undefined)
    const samples = parseMetrics(page.text)
    const value = (name: string, more = '') =>
      samples.get(`vllm:${name}{engine="0",model_name="a \\"quoted\\" name"${more}}`)
    expect(page.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(value('prompt_tokens_total')).toBe(9)
    expect(value('generation_tokens_total')).toBe(13)
    expect(value('request_success_total', ',finished_reason="length"')).toBe(2)
    expect(value('request_success_total', ',finished_reason="stop"')).toBe(1)
    expect(value('request_success_total', ',finished_reason="abort"')).toBe(0)
    expect(value('time_to_first_token_seconds_count')).toBe(3)
    expect(value('inter_token_latency_seconds_count')).toBe(10)
    expect(value('time_per_output_token_seconds_count')).toBe(10)
    expect(value('request_time_per_output_token_seconds_count')).toBe(2)
    expect(value('e2e_request_latency_seconds_count')).toBe(3)
    expect(value('e2e_request_latency_seconds_bucket', ',le="+Inf"')).toBe(3)
    expect(value('request_queue_time_seconds_count')).toBe(3)
    for (const gauge of [
      'num_requests_running',
      'num_requests_waiting',
      'kv_cache_usage_perc',
      'gpu_cache_usage_perc',
    ]) {
      expect([gauge, value(gauge)]).toEqual([gauge, 0])
    }
    await simulator.close()
  })

  it('show the batch, the queue and the cache while requests run', async () => {
    const simulator = await startSimulator({
      port: 0,
      engine: { maxNumSeqs: 2, kvCacheTokens: 32_768, stepBaseMs: 20 },
    })
    const url = `${simulator.url}/v1/chat/completions`
    const body = {
      messages: [{ role: 'user', content: 'x' }],
      max_tokens: 1000,
      ignore_eos: true,
      stream: true,
    }
    const streams = Array.from({ length: 5 }, () => send(url, body))
    const gauge = async (name: string) => {
      const { text } = await send(`${simulator.url}/metrics`, undefined)
      return parseMetrics(text).get(`vllm:${name}{engine="0",model_name="simulator"}`) ?? Number.NaN
    }
    await until(
      async () => (await gauge('num_requests_waiting')) === 3 && (await gauge('num_requests_running')) === 2,
    )
    expect(await gauge('kv_cache_usage_perc')).toBeGreaterThanOrEqual(2 / 2048)
    await simulator.close()
    await Promise.allSettled(streams)
  })
})

describe('Histogram', () => {
  it('counts cumulatively, bounds included', () => {
    const histogram = new Histogram([0.5, 1, 2.5])
    for (const value of [0.5, 0.75, 1, 2, 9]) histogram.observe(value)
    expect(histogram.lines('h', 'a="b"')).toEqual([
      'h_bucket{a="b",le="0.5"} 1',
      'h_bucket{a="b",le="1.0"} 3',
      'h_bucket{a="b",le="2.5"} 4',
      'h_bucket{a="b",le="+Inf"} 5',
      'h_sum{a="b"} 13.25',
      'h_count{a="b"} 5',
    ])
  })
})
