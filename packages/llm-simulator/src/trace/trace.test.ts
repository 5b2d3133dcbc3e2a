import { Agent } from 'node:http'
import { describe, expect, it } from 'vitest'
import { startSimulator } from '../start-simulator.ts'
import { send, until } from '../test-client.ts'
import { type RequestTrace, TraceStore } from './trace-store.ts'

const body = (tokens: number) => ({
  messages: [{ role: 'user', content: 'one two three' }],
  max_tokens: tokens,
  ignore_eos: true,
  stream: true,
})

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

describe('traces', () => {
  it('agree with what a raw client receives, token for token', async () => {
    const simulator = await startSimulator({ port: 0 })
    const agent = new Agent({ keepAlive: true })
    const url = `${simulator.url}/v1/chat/completions`
    const delays: number[] = []
    const worker = async (client: number) => {
      for (let turn = 0; turn < 5; turn++) {
        const id = `client ${client}/${turn}`
        const headers = { 'x-simulator-trace': '1', 'x-request-id': id }
        const sentAt = performance.timeOrigin + performance.now()
        const response = await send(url, body(24), { agent, headers })
        const reply = await send(`${simulator.url}/simulator/trace/${encodeURIComponent(id)}`, undefined)
        const trace: RequestTrace = JSON.parse(reply.text)
        const received = response.events
          .filter(({ data }) => data.includes('"content":" '))
          .map(({ atMs }) => atMs)
        expect(trace.token_times_ms).toHaveLength(24)
        expect(received).toHaveLength(24)
        expect(trace).toMatchObject({
          request_id: response.headers['x-request-id'],
          client_request_id: id,
          status: 200,
          prompt_tokens: 3,
          completion_tokens: 24,
          finish_reason: 'length',
          outcome: 'completed',
        })
        expect(trace.tokens_per_event).toEqual(Array(24).fill(1))
        expect(trace.received_at).toBeGreaterThan(sentAt - 1)
        expect(trace.admitted_at ?? 0).toBeGreaterThanOrEqual(trace.received_at)
        expect(trace.headers_sent_at ?? 0).toBeGreaterThanOrEqual(trace.received_at)
        delays.push(...received.map((atMs, i) => atMs - (trace.token_times_ms[i] ?? 0)))
      }
    }
    await Promise.all([0, 1, 2, 3].map(worker))
    agent.destroy()
    await simulator.close()
    expect(delays).toHaveLength(4 * 5 * 24)
    expect(Math.min(...delays)).toBeGreaterThan(-0.1)
    // The client shares this process's event loop, so a single token may wait; the median may not.
    expect(median(delays)).toBeLessThan(20)
  })

  it('are kept for all requests when the option says so, and only for those that ask otherwise', async () => {
    for (const trace of [true, false]) {
      const simulator = await startSimulator({ port: 0, trace })
      const { headers, events } = await send(`${simulator.url}/v1/chat/completions`, body(2))
      const found = simulator.trace(String(headers['x-request-id']))
      expect(found?.completion_tokens).toBe(trace ? 2 : undefined)
      expect(events).toHaveLength(4)
      await simulator.close()
    }
  })

  it('tell of errors and of clients that left, whose place in the engine is free again', async () => {
    const simulator = await startSimulator({ port: 0, trace: true })
    const url = `${simulator.url}/v1/chat/completions`
    await send(url, { ...body(1), model: 'none' }, { headers: { 'x-request-id': 'wrong' } })
    expect(simulator.trace('wrong')).toMatchObject({ status: 404, outcome: 'error', completion_tokens: 0 })
    const headers = { 'x-request-id': 'leaving' }
    await send(url, body(20_000), { headers, leaveWhen: (text) => text.includes('"content":" ') })
    await until(() => simulator.trace('leaving')?.outcome === 'client_left')
    const metrics = await send(`${simulator.url}/metrics`, undefined)
    expect(metrics.text).toContain('vllm:num_requests_running{engine="0",model_name="simulator"} 0\n')
    expect(metrics.text).toContain('finished_reason="abort"} 1\n')
    await simulator.close()
  })

  it('give one time to all tokens of a response that does not stream', async () => {
    const simulator = await startSimulator({ port: 0, trace: true })
    const { headers } = await send(`${simulator.url}/v1/chat/completions`, { ...body(6), stream: false })
    const trace = simulator.trace(String(headers['x-request-id']))
    expect(trace?.tokens_per_event).toEqual([6])
    expect(new Set(trace?.token_times_ms).size).toBe(1)
    await simulator.close()
  })
})

describe('TraceStore', () => {
  it('keeps the newest and forgets the rest under both of their ids', async () => {
    const simulator = await startSimulator({ port: 0, trace: true })
    const { headers } = await send(`${simulator.url}/v1/chat/completions`, body(1))
    const sample = simulator.trace(String(headers['x-request-id']))
    await simulator.close()
    if (sample === null) throw new Error('the request left no trace')
    const store = new TraceStore(2)
    for (const [request_id, client_request_id] of [
      ['r1', 'c1'],
      ['r2', 'c2'],
      ['r3', 'c2'],
    ] as const) {
      store.start({ ...sample, request_id, client_request_id })
    }
    expect(['r1', 'c1', 'r2', 'r3', 'c2'].map((id) => store.find(id)?.request_id ?? null)).toEqual([
      null,
      null,
      'r2',
      'r3',
      'r3',
    ])
  })
})
