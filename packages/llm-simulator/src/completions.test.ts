import { BytePairEncoding } from '@llm-loadtest/byte-pair-encoding'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningSimulator, startSimulator } from './start-simulator.ts'
import { Chunk, chunksOf, joined, send } from './test-client.ts'

const encoding = await BytePairEncoding.load('o200k_base')
const countTokens = (text: string) => encoding.count(text)
const prompt = 'Explain, in 3 steps, why naïve batching wastes GPU time. 😀'
let simulator: RunningSimulator
let chat: string
let completions: string

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, models: ['simulator', 'second'], engine: { stepBaseMs: 1 } })
  chat = `${simulator.url}/v1/chat/completions`
  completions = `${simulator.url}/v1/completions`
})
afterAll(() => simulator.close())

const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: [{ type: 'text', text: prompt }] },
  { role: 'assistant', content: null },
]
const promptTokens = countTokens('Be brief.') + countTokens(prompt)

describe('streaming chat', () => {
  it('sends a role, one token an event, the finish reason with the last, and [DONE]', async () => {
    const response = await send(chat, {
      model: 'second',
      messages,
      max_tokens: 5,
      ignore_eos: true,
      stream: true,
    })
    const chunks = chunksOf(response)
    expect(response.status).toBe(200)
    expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    expect(response.events.at(-1)?.data).toBe('data: [DONE]')
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason)).toEqual([
      null,
      null,
      null,
      null,
      null,
      'length',
    ])
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' })
    expect(chunks.slice(1).map(({ choices }) => countTokens(choices[0]?.delta?.content ?? ''))).toEqual([
      1, 1, 1, 1, 1,
    ])
    expect(countTokens(joined(chunks, 'content'))).toBe(5)
    expect(new Set(chunks.map(({ id }) => id))).toEqual(new Set([response.headers['x-request-id']]))
    expect(new Set(chunks.map(({ model, object }) => `${model} ${object}`))).toEqual(
      new Set(['second chat.completion.chunk']),
    )
    expect(chunks.filter(({ usage }) => usage !== undefined)).toEqual([])
  })

  it('ends with a usage event when asked, whose counts are exact', async () => {
    const body = {
      messages,
      max_tokens: 200,
      ignore_eos: true,
      stream: true,
      stream_options: { include_usage: true },
    }
    const chunks = chunksOf(await send(chat, body))
    const last = chunks.pop()
    expect(last?.choices).toEqual([])
    expect(last?.usage).toEqual({
      prompt_tokens: promptTokens,
      total_tokens: promptTokens + 200,
      completion_tokens: 200,
    })
    expect(countTokens(joined(chunks, 'content'))).toBe(200)
    expect(chunks.some(({ usage }) => usage !== undefined)).toBe(false)
  })

  it('puts the usage so far in every event with continuous_usage_stats', async () => {
    const stream_options = { include_usage: true, continuous_usage_stats: true }
    const body = { messages, max_tokens: 4, ignore_eos: true, stream: true, stream_options }
    const usages = chunksOf(await send(chat, body)).map(({ usage }) => usage)
    expect(usages.map((usage) => usage?.completion_tokens)).toEqual([0, 1, 2, 3, 4, 4])
    expect(usages.map((usage) => usage?.total_tokens)).toEqual(
      [0, 1, 2, 3, 4, 4].map((n) => promptTokens + n),
    )
  })

  it('takes continuous_usage_stats only together with include_usage', async () => {
    const stream_options = { continuous_usage_stats: true }
    const chunks = chunksOf(await send(chat, { messages, max_tokens: 2, stream: true, stream_options }))
    expect(chunks.some(({ usage }) => usage !== undefined)).toBe(false)
  })
})

describe('not streaming', () => {
  it('answers a chat with one message and its usage', async () => {
    const response = await send(chat, {
      messages,
      max_completion_tokens: 7,
      max_tokens: 90,
      ignore_eos: true,
    })
    const body = Chunk.parse(JSON.parse(response.text))
    const message = body.choices[0]?.message
    expect(body.object).toBe('chat.completion')
    expect(body.model).toBe('simulator')
    expect(body.choices[0]?.finish_reason).toBe('length')
    expect(message?.role).toBe('assistant')
    expect(countTokens(message?.content ?? '')).toBe(7)
    expect(body.usage).toEqual({
      prompt_tokens: promptTokens,
      total_tokens: promptTokens + 7,
      completion_tokens: 7,
    })
  })

  it.each([
    ['a string', prompt, countTokens(prompt)],
    ['a list of one string', [prompt], countTokens(prompt)],
    ['token ids', [1, 2, 3], 3],
    ['a list of one list of token ids', [[5, 6]], 2],
  ])('answers a completion for %s', async (_, given, expected) => {
    const response = await send(completions, { prompt: given, max_tokens: 3, ignore_eos: true })
    const body = Chunk.parse(JSON.parse(response.text))
    expect(body.object).toBe('text_completion')
    expect(countTokens(body.choices[0]?.text ?? '')).toBe(3)
    expect(body.usage).toEqual({ prompt_tokens: expected, total_tokens: expected + 3, completion_tokens: 3 })
  })
})

describe('output', () => {
  it('streams completions as text, 16 tokens where no limit is given', async () => {
    const chunks = chunksOf(await send(completions, { prompt, ignore_eos: true, stream: true }))
    expect(chunks).toHaveLength(16)
    expect(countTokens(joined(chunks, 'text'))).toBe(16)
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('length')
  })

  it('stops by itself within the limit, at a length and with words the seed fixes', async () => {
    const ask = async (seed: number) => {
      const { text } = await send(chat, { messages, max_tokens: 80, min_tokens: 30, seed })
      const body = Chunk.parse(JSON.parse(text))
      return { reason: body.choices[0]?.finish_reason, text: body.choices[0]?.message?.content ?? '' }
    }
    const answers = await Promise.all([1, 1, 2, 3, 4, 5, 6, 7].map(ask))
    expect(answers[1]).toEqual(answers[0])
    const lengths = answers.map(({ text }) => countTokens(text))
    expect(new Set(lengths).size).toBeGreaterThan(3)
    expect(lengths.every((length) => length >= 30 && length <= 80)).toBe(true)
    expect(new Set(answers.map(({ reason }) => reason))).toEqual(new Set(['stop']))
  })

  it('counts a pathological prompt exactly while other requests go on', async () => {
    const content = 'a'.repeat(200_000)
    const [huge, small] = await Promise.all([
      send(chat, { messages: [{ role: 'user', content }], max_tokens: 1 }),
      send(chat, { messages, max_tokens: 1 }),
    ])
    expect(Chunk.parse(JSON.parse(huge.text)).usage?.prompt_tokens).toBe(25_000)
    expect(Chunk.parse(JSON.parse(small.text)).usage?.prompt_tokens).toBe(promptTokens)
  })

  it('adds the template tokens it was told to, for each message', async () => {
    const other = await startSimulator({ port: 0, chatTemplateTokens: 4 })
    try {
      const { text } = await send(`${other.url}/v1/chat/completions`, { messages, max_tokens: 1 })
      expect(Chunk.parse(JSON.parse(text)).usage?.prompt_tokens).toBe(promptTokens + 3 * 4)
    } finally {
      await other.close()
    }
  })
})
