import { RunDefinition } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import type { DatasetTurn } from '../tokens/token-messages.ts'
import { Conversations } from './conversations.ts'
import type { WorkItem } from './workload.ts'

const run = RunDefinition.parse({
  server_url: 'http://h',
  model: 'm',
  output_len: 5,
  dataset: { path: 'x', multi_turn: true },
})

const turn = (content: string, outputTokens: number | null = null): DatasetTurn => ({
  input: { messages: [{ role: 'user', content }] },
  tokens: content.length,
  outputTokens,
})

/** Conversations 0, 1, … of three turns each; a text counts as many tokens as it has characters. */
function conversations(
  count = async (_: string, [text = '']: string[]) => ({ total: text.length, perPart: [] }),
) {
  const source = {
    open: async () => ({ count: Number.POSITIVE_INFINITY, meanTokens: 10 }),
    items: async (first: number, size: number) =>
      Array.from({ length: size }, (_, i) => ({
        turns: [turn(`${first + i}a`, 9), turn(`${first + i}bb`), turn(`${first + i}ccc`)],
        number: first + i,
      })),
  }
  return new Conversations(run, { count }, source, 0, (item) => ({ item }))
}

const contentsOf = ({ input }: WorkItem): string[] =>
  'messages' in input ? input.messages.map(({ content }) => content) : []

describe('Conversations', () => {
  it('go on with the real replies, before new ones begin', async () => {
    const workload = conversations()
    const first = await workload.next()
    const second = await workload.next()
    expect([first, second].map(({ item }) => contentsOf(item))).toEqual([['0a'], ['1a']])
    workload.ended(second, () => 'reply')
    workload.ended(first, () => 'other')
    const [third, fourth, fifth] = [workload.take(), workload.take(), workload.take()]
    expect([third, fourth, fifth].map((ready) => ready && contentsOf(ready.item))).toEqual([
      ['1a', 'reply', '1bb'],
      ['0a', 'other', '0bb'],
      ['2a'],
    ])
    expect(third?.item.input).toHaveProperty('messages.1.role', 'assistant')
  })

  it('count every message, and ask for the length of the file or of the definition', async () => {
    const workload = conversations()
    const first = await workload.next()
    expect([first.item.tokens, first.item.maxTokens]).toEqual([2, 9])
    workload.ended(first, () => 'reply')
    const second = await workload.next()
    expect([await second.item.tokens, second.item.maxTokens]).toEqual([2 + 5 + 3, 5])
    workload.ended(second, () => 'more')
    const third = await workload.next()
    expect(await third.item.tokens).toBe(10 + 4 + 4)
    workload.ended(third, () => 'end')
    expect(contentsOf((await workload.next()).item)).toEqual(['1a'])
  })

  it('are given up when a turn fails', async () => {
    const workload = conversations()
    workload.ended(await workload.next(), null)
    expect(contentsOf((await workload.next()).item)).toEqual(['1a'])
  })

  it('tell whoever wants the length that it could not be counted', async () => {
    const workload = conversations(() => Promise.reject(new Error('no tokenizer')))
    workload.ended(await workload.next(), () => 'reply')
    await expect((await workload.next()).item.tokens).rejects.toThrow('no tokenizer')
  })
})
