import { BytePairEncoding } from '@llm-loadtest/byte-pair-encoding'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningSimulator, startSimulator } from '../start-simulator.ts'
import { type Chunk, chunksOf, ErrorBody, joined, type RawRequest, send, until } from '../test-client.ts'
import { FAULTS, type FaultName } from './fault-catalogue.ts'

const encoding = await BytePairEncoding.load('o200k_base')
const countTokens = (text: string) => encoding.count(text)
const OUTPUT = 10
let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ port: 0, slowHeadersMs: 80, engine: { stepBaseMs: 2 } })
})
afterAll(() => simulator.close())

const messages = [{ role: 'user', content: 'hello' }]
const base = { messages, max_tokens: OUTPUT, ignore_eos: true }
const tested = new Set<string>()

function ask(fault: FaultName | 'none', fields: object, options: RawRequest = {}) {
  tested.add(fault)
  const headers = { 'x-simulator-fault': fault, ...options.headers }
  return send(`${simulator.url}/v1/chat/completions`, { ...base, ...fields }, { ...options, headers })
}
const stream = (fault: FaultName | 'none', options: RawRequest = {}) =>
  ask(fault, { stream: true, stream_options: { include_usage: true } }, options)

function tokensOf(chunks: Chunk[]): number {
  return countTokens(joined(chunks, 'content')) + countTokens(joined(chunks, 'reasoning_content'))
}
const finishReasons = (chunks: Chunk[]) =>
  chunks
    .flatMap(({ choices }) => choices.map((choice) => choice.finish_reason))
    .filter((reason) => reason !== null)
const isDone = (text: string) => text.endsWith('data: [DONE]\n\n')

describe('faults before the response', () => {
  it.each([
    ['http-429', 429],
    ['http-500', 500],
    ['http-503', 503],
    ['usage-refused', 400],
  ] as const)('%s', async (fault, status) => {
    const response = await stream(fault)
    expect(response.status).toBe(status)
    expect(ErrorBody.parse(JSON.parse(response.text)).error.code).toBe(status)
    expect(response.headers['retry-after']).toBe(status === 429 ? '1' : undefined)
  })

  it('usage-refused lets a request without stream_options pass', async () => {
    expect(tokensOf(chunksOf(await ask('usage-refused', { stream: true })))).toBe(OUTPUT)
  })

  it('refuse ends the connection without a response', async () => {
    await expect(stream('refuse')).rejects.toThrow('socket hang up')
  })

  it('stall-before-headers never answers', async () => {
    const headers = {
      'x-simulator-trace': '1',
      'x-request-id': 'stalled',
      'x-simulator-fault': 'stall-before-headers',
    }
    tested.add('stall-before-headers')
    const leaving = new AbortController()
    const sent = fetch(`${simulator.url}/v1/chat/completions`, {
      method: 'POST',
      headers,
      body: JSON.stringify(base),
      signal: leaving.signal,
    })
    const outcome = expect(sent).rejects.toThrow('aborted')
    await until(() => simulator.trace('stalled')?.outcome === 'fault')
    leaving.abort()
    await outcome
    expect(simulator.trace('stalled')).toMatchObject({ status: null, completion_tokens: 0 })
  })

  it('slow-headers holds the headers back, then all is as usual', async () => {
    const before = performance.timeOrigin + performance.now()
    const response = await stream('slow-headers')
    expect(response.headersAtMs - before).toBeGreaterThan(75)
    expect(tokensOf(chunksOf(response))).toBe(OUTPUT)
  })
})

describe('faults inside a stream', () => {
  it('stall: three tokens and then silence until the client leaves', async () => {
    const headers = { 'x-simulator-trace': '1', 'x-request-id': 'silent' }
    let seen = ''
    const leaveWhen = (text: string) => {
      seen = text
      return simulator.trace('silent')?.outcome === 'fault'
    }
    const response = await stream('stall', { headers, leaveWhen })
    expect(response.whole).toBe(false)
    expect(seen.match(/"content":" /g)).toHaveLength(3)
    expect(simulator.trace('silent')).toMatchObject({ completion_tokens: 3, finish_reason: null })
  })

  it('cut: three tokens and a broken connection', async () => {
    const response = await stream('cut')
    expect(response.whole).toBe(false)
    expect(tokensOf(chunksOf(response))).toBe(3)
    expect(finishReasons(chunksOf(response))).toEqual([])
  })

  it('malformed-json: the third token is unreadable, the others are not', async () => {
    const response = await stream('malformed-json')
    const broken = response.events.filter(({ data }) => {
      try {
        return data !== 'data: [DONE]' && JSON.parse(data.slice(6)) === null
      } catch {
        return true
      }
    })
    expect(broken).toHaveLength(1)
    // The role event comes first, so the third token's event is the fourth.
    expect(response.events.indexOf(broken[0] ?? { data: '', atMs: 0 })).toBe(3)
    expect(
      tokensOf(chunksOf({ ...response, events: response.events.filter((event) => event !== broken[0]) })),
    ).toBe(9)
    expect(isDone(response.text)).toBe(true)
  })

  it('empty-stream: a 200 and [DONE] alone', async () => {
    const response = await stream('empty-stream')
    expect([response.status, response.text]).toEqual([200, 'data: [DONE]\n\n'])
  })

  it('error-event: three tokens, an error and [DONE]', async () => {
    const response = await stream('error-event')
    const error = response.events.at(-2)?.data ?? ''
    expect(ErrorBody.parse(JSON.parse(error.slice(6))).error.code).toBe(500)
    expect(tokensOf(chunksOf({ ...response, events: response.events.slice(0, -2) }))).toBe(3)
    expect([response.status, isDone(response.text)]).toEqual([200, true])
  })

  it('no-finish-reason: every token, and an end without any ending', async () => {
    const response = await stream('no-finish-reason')
    const chunks = chunksOf(response)
    expect([response.whole, tokensOf(chunks), finishReasons(chunks)]).toEqual([true, OUTPUT, []])
    expect(response.text).not.toMatch(/DONE|usage/)
  })

  it('no-usage: all but the usage', async () => {
    const response = await stream('no-usage')
    expect(tokensOf(chunksOf(response))).toBe(OUTPUT)
    expect(isDone(response.text)).toBe(true)
    expect(response.text).not.toContain('usage')
  })

  it('role-only-first: the role comes before the engine has done anything', async () => {
    const response = await ask(
      'role-only-first',
      { stream: true, messages: [{ role: 'user', content: ' the'.repeat(5000) }] },
      { headers: { 'x-simulator-trace': '1' } },
    )
    const trace = simulator.trace(String(response.headers['x-request-id']))
    const [role] = chunksOf(response)
    expect(role?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' })
    // A prefill of 5000 tokens takes more than 100 ms by the engine's model.
    expect((trace?.token_times_ms[0] ?? 0) - (response.events[0]?.atMs ?? 0)).toBeGreaterThan(50)
    expect(joined(chunksOf(response), 'content').split(' ')).toHaveLength(OUTPUT + 1)
  })

  it('keep-alive: comments with the headers and before every event', async () => {
    const response = await stream('keep-alive')
    expect(response.events[0]?.data).toBe(': keep-alive')
    expect(response.events.filter(({ data }) => data === ': keep-alive')).toHaveLength(1 + OUTPUT)
    expect(tokensOf(chunksOf(response))).toBe(OUTPUT)
  })

  it('multi-token: four tokens an event', async () => {
    const chunks = chunksOf(await stream('multi-token', { headers: { 'x-simulator-trace': '1' } }))
    const sizes = chunks
      .flatMap(({ choices }) => choices)
      .map((choice) => countTokens(choice.delta?.content ?? ''))
    expect(sizes).toEqual([0, 4, 4, 2])
    expect(simulator.trace(chunks[0]?.id ?? '')?.tokens_per_event).toEqual([4, 4, 2])
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(OUTPUT)
  })

  it('reasoning: the first half as reasoning_content', async () => {
    const chunks = chunksOf(await stream('reasoning'))
    expect(countTokens(joined(chunks, 'reasoning_content'))).toBe(5)
    expect(countTokens(joined(chunks, 'content'))).toBe(5)
    const fields = chunks.flatMap(({ choices }) =>
      choices.map(({ delta }) => Object.keys(delta ?? {}).at(-1)),
    )
    expect(fields).toEqual(['content', ...Array(5).fill('reasoning_content'), ...Array(5).fill('content')])
    expect(chunks.at(-1)?.usage?.completion_tokens_details).toEqual({ reasoning_tokens: 5 })
  })

  it('crlf: every line ends with CR LF', async () => {
    const response = await stream('crlf')
    expect(response.text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(tokensOf(chunksOf(response))).toBe(OUTPUT)
  })

  it('covers every fault there is', () => {
    expect([...tested].sort()).toEqual(Object.keys(FAULTS).sort())
  })
})

describe('faults of a response that does not stream', () => {
  const usage = { prompt_tokens: 1, total_tokens: 11, completion_tokens: OUTPUT }

  it.each([
    'none',
    'multi-token',
    'role-only-first',
    'keep-alive',
    'crlf',
  ] as const)('%s changes nothing', async (fault) => {
    const response = await ask(fault, {})
    expect(JSON.parse(response.text)).toMatchObject({ usage, choices: [{ finish_reason: 'length' }] })
  })

  it('sends what each of the others says', async () => {
    const malformed = await ask('malformed-json', {})
    expect(malformed.whole).toBe(true)
    expect(() => JSON.parse(malformed.text)).toThrow()
    const cut = await ask('cut', {})
    expect([cut.whole, cut.text.length > 0]).toEqual([false, true])
    const stalled = await ask('stall', {}, { leaveWhen: () => true })
    expect([stalled.status, stalled.whole]).toEqual([200, false])
    const error = await ask('error-event', {})
    expect([error.status, ErrorBody.parse(JSON.parse(error.text)).error.code]).toEqual([200, 500])
    expect(JSON.parse((await ask('empty-stream', {})).text)).toMatchObject({
      choices: [{ message: { content: '' } }],
      usage: { completion_tokens: 0 },
    })
    expect(JSON.parse((await ask('no-finish-reason', {})).text)).toMatchObject({
      choices: [{ finish_reason: null }],
    })
    expect(JSON.parse((await ask('no-usage', {})).text)).not.toHaveProperty('usage')
    const reasoned = JSON.parse((await ask('reasoning', {})).text)
    expect(countTokens(reasoned.choices[0].message.reasoning_content)).toBe(5)
    expect(countTokens(reasoned.choices[0].message.content)).toBe(5)
  })
})

describe('choosing faults', () => {
  it('breaks a stream shorter than the break before its end', async () => {
    const response = await ask('cut', { max_tokens: 1, stream: true })
    expect([response.whole, tokensOf(chunksOf(response)), finishReasons(chunksOf(response))]).toEqual([
      false,
      1,
      [],
    ])
  })

  it('answers 400 for a fault there is none of, naming those there are', async () => {
    const url = `${simulator.url}/v1/chat/completions`
    const response = await send(url, base, { headers: { 'x-simulator-fault': 'toString' } })
    expect(response.status).toBe(400)
    expect(ErrorBody.parse(JSON.parse(response.text)).error.message).toContain('http-429, http-500')
  })

  it('strikes a seeded share of requests, which a header can overrule', async () => {
    const statuses = async (seed: number) => {
      const other = await startSimulator({ port: 0, seed, faults: [{ name: 'http-503', rate: 0.3 }] })
      const url = `${other.url}/v1/chat/completions`
      const seen: number[] = []
      for (let i = 0; i < 60; i++) seen.push((await send(url, { messages, max_tokens: 1 })).status)
      const headers = { 'x-simulator-fault': 'none' }
      const spared: number[] = []
      for (let i = 0; i < 20; i++)
        spared.push((await send(url, { messages, max_tokens: 1 }, { headers })).status)
      await other.close()
      return { seen, spared }
    }
    const first = await statuses(1)
    expect(await statuses(1)).toEqual(first)
    const struck = first.seen.filter((status) => status === 503).length
    expect(struck).toBeGreaterThan(9)
    expect(struck).toBeLessThan(29)
    expect(new Set(first.spared)).toEqual(new Set([200]))
  })
})
