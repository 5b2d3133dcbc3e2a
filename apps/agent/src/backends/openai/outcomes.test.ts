import { type RunningSimulator, startSimulator } from '@llm-loadtest/llm-simulator'
import { RequestRecord, RunDefinition, type RunDefinitionInput } from '@llm-loadtest/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestRecord } from '../../run/request-record.ts'
import type { Exchange } from '../backend.ts'
import { eventTexts } from '../event-text.ts'
import { OpenAiBackend } from './openai-backend.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ port: 0, trace: true, slowHeadersMs: 50 })
})
afterAll(() => simulator.close())

async function sendOnce(over: Partial<RunDefinitionInput> & { fault?: string }): Promise<Exchange> {
  const { fault = 'none', ...rest } = over
  const run = RunDefinition.parse({
    server_url: simulator.url,
    model: 'simulator',
    output_len: 9,
    ignore_eos: true,
    headers: { 'x-simulator-fault': fault },
    timeout: 10,
    ...rest,
  })
  const backend = new OpenAiBackend(run, run.api_key)
  try {
    return await backend.send(backend.prepare({ prompt: 'say something' }, 9), 'one')
  } finally {
    await backend.close()
  }
}

/** Checks that a record is well-formed and that its times are in order. */
function expectOrdered(exchange: Exchange): void {
  const request = {
    requestId: 'r',
    levelIndex: 0,
    index: 0,
    warmup: false,
    coolDown: false,
    intendedAt: null,
    promptTokens: 2,
    maxTokens: 9,
    exchange,
  }
  const record = RequestRecord.parse(requestRecord(request, 0, 'tiktoken_approx', null))
  const times = [
    record.sent_ms,
    record.first_event_ms,
    record.first_token_ms,
    record.last_token_ms,
    record.stream_end_ms,
  ].filter((time) => time !== null)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  expect(record.event_ms).toEqual([...record.event_ms].sort((a, b) => a - b))
}

const TIMEOUT_S = 0.4
const STREAMING = [
  ['none', 'ok', 200, 9],
  ['http-429', 'HTTP_429', 429, 0],
  ['http-500', 'HTTP_500', 500, 0],
  ['http-503', 'HTTP_503', 503, 0],
  ['refuse', 'CONNECTION_ERROR', null, 0],
  ['stall', 'TIMEOUT', 200, 3],
  ['stall-before-headers', 'TIMEOUT', null, 0],
  ['slow-headers', 'ok', 200, 9],
  ['cut', 'STREAM_ERROR', 200, 3],
  ['malformed-json', 'JSON_PARSE_ERROR', 200, 2],
  ['empty-stream', 'EMPTY', 200, 0],
  ['error-event', 'STREAM_ERROR', 200, 3],
  ['no-finish-reason', 'TRUNCATED', 200, 9],
  ['no-usage', 'ok', 200, 9],
  ['usage-refused', 'ok', 200, 9],
  ['role-only-first', 'ok', 200, 9],
  ['keep-alive', 'ok', 200, 9],
  ['multi-token', 'ok', 200, 3],
  ['reasoning', 'ok', 200, 9],
  ['crlf', 'ok', 200, 9],
] as const

describe.each(['chat', 'completions'] as const)('streaming %s', (endpoint) => {
  it.each(STREAMING)('fault %s comes out as %s', async (fault, outcome, status, events) => {
    const timeout = outcome === 'TIMEOUT' ? TIMEOUT_S : 10
    const exchange = await sendOnce({ fault, endpoint, timeout })
    expect([exchange.outcome, exchange.httpStatus, exchange.eventCount]).toEqual([outcome, status, events])
    expect(exchange.errorMessage === null).toBe(outcome === 'ok')
    expectOrdered(exchange)
  })
})

describe.each(['chat', 'completions'] as const)('%s in one piece', (endpoint) => {
  it.each([
    ['none', 'ok', 200],
    ['http-429', 'HTTP_429', 429],
    ['refuse', 'CONNECTION_ERROR', null],
    ['stall', 'TIMEOUT', 200],
    ['stall-before-headers', 'TIMEOUT', null],
    ['cut', 'STREAM_ERROR', 200],
    ['malformed-json', 'JSON_PARSE_ERROR', 200],
    ['empty-stream', 'EMPTY', 200],
    ['error-event', 'STREAM_ERROR', 200],
    ['no-finish-reason', 'TRUNCATED', 200],
    ['no-usage', 'ok', 200],
  ] as const)('fault %s comes out as %s', async (fault, outcome, status) => {
    const timeout = outcome === 'TIMEOUT' ? TIMEOUT_S : 10
    const exchange = await sendOnce({ fault, endpoint, timeout, stream: false })
    expect([exchange.outcome, exchange.httpStatus]).toEqual([outcome, status])
    expect([exchange.firstTokenAt, exchange.firstEventAt]).toEqual([Number.NaN, Number.NaN])
    expect(Number.isNaN(exchange.lastTokenAt)).toBe(outcome !== 'ok' && outcome !== 'TRUNCATED')
  })
})

describe('token counts', () => {
  it('are exact for events of several tokens, by the usage of each event', async () => {
    const exchange = await sendOnce({ fault: 'multi-token' })
    expect([...(exchange.eventTotals ?? [])].slice(0, 3)).toEqual([4, 8, 9])
    expect(exchange.usage?.outputTokens).toBe(9)
  })

  it('do without usage where the server gives none', async () => {
    const exchange = await sendOnce({ fault: 'no-usage' })
    expect([exchange.usage, exchange.eventTotals]).toEqual([null, null])
    expect(eventTexts(exchange)).toHaveLength(9)
  })

  it('tell the first token of the answer from that of the reasoning', async () => {
    const exchange = await sendOnce({ fault: 'reasoning' })
    expect(exchange.firstOutputTokenAt).toBeGreaterThan(exchange.firstTokenAt)
    expect(exchange.usage?.reasoningTokens).toBe(4)
  })

  it('do not take the role for a token', async () => {
    const exchange = await sendOnce({ fault: 'role-only-first' })
    expect(exchange.firstTokenAt).toBeGreaterThan(exchange.firstEventAt)
  })
})

describe('a server out of reach', () => {
  it.each([
    ['a refused connection', 'http://127.0.0.1:1', /ECONNREFUSED/],
    ['a name that does not resolve', 'http://nowhere.invalid', /nowhere\.invalid/],
  ])('%s is CONNECTION_ERROR, never sent, with the time it tried', async (_, url, message) => {
    const before = performance.now()
    const exchange = await sendOnce({ server_url: url })
    expect(exchange.outcome).toBe('CONNECTION_ERROR')
    expect(exchange.errorMessage).toMatch(message)
    expect(exchange.sentAt).toBeNaN()
    expect(exchange.connectMs).toBeGreaterThan(0)
    expect(exchange.endedAt - exchange.connectMs).toBeGreaterThanOrEqual(before)
    expect(exchange.endedAt).toBeLessThanOrEqual(performance.now())
  })
})
