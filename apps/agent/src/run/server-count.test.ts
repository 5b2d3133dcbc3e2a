import { createServer, type Server } from 'node:http'
import { type RequestRecord, RunDefinition, type RunDefinitionInput } from '@llm-loadtest/schema'
import { afterEach, describe, expect, it } from 'vitest'
import { newExchange } from '../backends/openai/exchange-state.ts'
import { serverCount } from './server-count.ts'
import { runStandalone } from './standalone.ts'

describe('serverCount', () => {
  /** A stream of three events of a request for so many tokens. */
  const count = (
    told: { final?: number; totals?: number[]; events?: number },
    maxTokens: number,
    localTokens: number | null = null,
  ) => {
    const { final, totals, events = 3 } = told
    const usage = final === undefined ? null : { inputTokens: 1, outputTokens: final, reasoningTokens: null }
    const eventTotals = totals ? Uint32Array.from(totals) : null
    const content = { usage, eventTotals, eventCount: events, lastTokenAt: events > 0 ? 9 : Number.NaN }
    const found = serverCount({ exchange: { ...newExchange(), ...content }, maxTokens }, localTokens)
    return [found.total, found.refused, found.eventTotals && [...found.eventTotals]]
  }

  it.each([
    ['a count within reach', { final: 36 }, 10, null, [36, null, null]],
    ['a count out of reach', { final: 37 }, 10, null, [null, 37, null]],
    ['a count out of reach, but near the local one', { final: 56 }, 10, 20, [56, null, null]],
    ['a count out of reach and far from the local one', { final: 57 }, 10, 20, [null, 57, null]],
    ['an event for each token of more than asked for', { final: 90, events: 90 }, 10, null, [90, null, null]],
    ['totals', { final: 9, totals: [2, 5, 9] }, 10, null, [9, null, [2, 5, 9]]],
    ['totals alone', { totals: [2, 5, 9] }, 10, null, [9, null, [2, 5, 9]]],
    ['totals out of reach alone', { totals: [1, 2, 1e8] }, 10, 3, [null, 1e8, null]],
    ['totals out of reach beside a count', { final: 3, totals: [1, 1e8, 3] }, 10, null, [3, null, null]],
    ['totals that fall', { totals: [5, 3, 1] }, 10, null, [1, null, null]],
    ['a count of 0 with content', { final: 0 }, 10, null, [null, null, null]],
    ['totals of 0', { totals: [0, 0, 0] }, 10, null, [null, null, null]],
    ['totals of 0 beside a count', { final: 3, totals: [0, 0, 0] }, 10, null, [3, null, null]],
    ['a count of 0 beside totals', { final: 0, totals: [1, 2, 3] }, 10, null, [3, null, [1, 2, 3]]],
    ['a count of 0 without content', { final: 0, events: 0 }, 10, null, [0, null, null]],
    ['nothing', {}, 10, 3, [null, null, null]],
  ])('of %s', (_, told, maxTokens, localTokens, expected) => {
    expect(count(told, maxTokens, localTokens)).toEqual(expected)
  })
})

let server: Server | null = null
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  server = null
})

/** Four texts of one token each, in events of their own or in one response. */
const TEXTS = ['Hello', ' world', ' and', ' you']

/** Runs against a server that counts so in its usage; records of its two requests. */
async function runAgainst(completion_tokens: number, over: Partial<RunDefinitionInput>) {
  const usage = { prompt_tokens: 12, completion_tokens }
  const listening = createServer((_request, response) => {
    if (over.stream === false) {
      const choice = { message: { content: TEXTS.join('') }, finish_reason: 'stop' }
      response.end(JSON.stringify({ choices: [choice], usage }))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const content of TEXTS) {
      response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }], usage })}\n\n`)
    }
    response.write(`data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }], usage })}\n\n`)
    response.end('data: [DONE]\n\n')
  })
  server = listening
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const address = listening.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  const definition = RunDefinition.parse({
    server_url: `http://127.0.0.1:${address.port}`,
    model: 'm',
    input_len: 12,
    output_len: 4,
    num_prompts: 2,
    ...over,
  })
  const records: RequestRecord[] = []
  const result = await runStandalone(definition, { onRecords: (batch) => records.push(...batch) })
  return { level: result.results[0], records }
}

describe.each([true, false])('a run whose server counts wrongly, streaming %s', (stream) => {
  const events = stream ? [1, 1, 1, 1] : []

  it('goes by its own count, and shows that of the server', async () => {
    const { level, records } = await runAgainst(1e8, { stream })
    for (const record of records) {
      expect(record).toMatchObject({
        outcome: 'ok',
        output_tokens: 4,
        output_tokens_source: 'tiktoken_approx',
        local_output_tokens: 4,
        server_output_tokens: 1e8,
        event_tokens: events,
      })
    }
    expect(level?.tokens.output_tokens).toBe(8)
    expect(level?.tokens.output_disagreement_percent).toBeCloseTo(100, 3)
  })

  it('takes 0 for no count', async () => {
    const { records } = await runAgainst(0, { stream })
    for (const record of records) {
      expect(record).toMatchObject({
        output_tokens: 4,
        output_tokens_source: 'tiktoken_approx',
        server_output_tokens: null,
        event_tokens: events,
      })
    }
  })

  it('believes more than the workload asks for where extra_body asks for it', async () => {
    const extra_body = { max_completion_tokens: 500 }
    const { records } = await runAgainst(900, { stream, extra_body })
    for (const record of records) {
      expect(record).toMatchObject({
        output_tokens: 900,
        output_tokens_source: 'usage',
        server_output_tokens: null,
      })
    }
  })
})
