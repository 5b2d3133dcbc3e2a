import { describe, expect, it } from 'vitest'
import { formatOf, parseRecord } from './records.ts'

const user = (content: string) => ({ role: 'user', content }) as const
const assistant = (content: string) => ({ role: 'assistant', content }) as const
const system = (content: string) => ({ role: 'system', content }) as const

describe('a record of JSONL', () => {
  it.each([
    [{ prompt: 'a' }, null],
    [{ text: 'a' }, null],
    [{ prompt: 'a', output_len: 7, more: true }, 7],
    [{ prompt: 'a', max_tokens: 8 }, 8],
    [{ prompt: 'a', output_tokens: 9 }, 9],
  ])('%j is a prompt', (value, outputTokens) => {
    expect(parseRecord('jsonl', value)).toEqual({ kind: 'prompt', prompt: 'a', outputTokens })
  })

  it('of messages is one request up to the last of the user, or a turn after each of them', () => {
    const messages = [system('s'), user('a'), assistant('A'), user('b'), assistant('B')]
    expect(parseRecord('jsonl', { messages, max_tokens: 5 })).toEqual({
      kind: 'conversation',
      whole: messages.slice(0, 4),
      turns: [
        { messages: [system('s'), user('a')], reply: 'A' },
        { messages: [user('b')], reply: 'B' },
      ],
      outputTokens: 5,
    })
  })

  it.each([
    [{}, 'must have one of'],
    [{ prompt: 'a', text: 'b' }, 'must have one of'],
    [{ prompt: '' }, 'prompt'],
    [{ messages: [system('s')] }, 'its messages must hold one of the user'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'role'],
    [{ messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }] }, 'must be a text'],
    [{ prompt: 'a', max_tokens: 0 }, 'max_tokens'],
  ])('%j is refused', (value, reason) => {
    expect(() => parseRecord('jsonl', value)).toThrow(reason)
  })
})

describe('a record of ShareGPT', () => {
  const from = (who: string, value: string) => ({ from: who, value })

  it('is cut into turns, from the first of the human', () => {
    const conversations = [
      from('gpt', 'hello'),
      from('human', 'a'),
      from('gpt', 'A'),
      from('gpt', 'A2'),
      from('human', ' '),
      from('tool', 't'),
      from('user', 'b'),
    ]
    expect(parseRecord('sharegpt', { id: 'x', conversations })).toEqual({
      kind: 'conversation',
      whole: null,
      turns: [
        { messages: [user('a')], reply: 'A' },
        { messages: [user('b')], reply: null },
      ],
      outputTokens: null,
    })
  })

  it.each([
    [[]],
    [[from('gpt', 'hello')]],
    [[from('human', '')]],
  ])('%j has nothing to send', (conversations) => {
    expect(parseRecord('sharegpt', { conversations })).toBeNull()
  })
})

describe('a record of a mooncake trace', () => {
  it('has its time, lengths and hashes', () => {
    const line = { timestamp: 27_482, input_length: 6955, output_length: 52, hash_ids: [46, 47] }
    expect(parseRecord('mooncake', line)).toEqual({
      kind: 'trace',
      timestampMs: 27_482,
      inputTokens: 6955,
      outputTokens: 52,
      hashIds: [46, 47],
    })
  })

  it('is refused without a length', () => {
    expect(() => parseRecord('mooncake', { timestamp: 1, output_length: 5 })).toThrow('input_length')
  })
})

it.each([
  [{ conversations: [] }, 'sharegpt'],
  [{ timestamp: 0, input_length: 1 }, 'mooncake'],
  [{ messages: [] }, 'jsonl'],
  [{ text: 'a' }, 'jsonl'],
  [{ question: 'a' }, null],
  ['a', null],
  [null, null],
])('the format of %j is %s', (value, format) => {
  expect(formatOf(value)).toBe(format)
})
