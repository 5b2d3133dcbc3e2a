import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BytePairEncoding } from '@llm-loadtest/byte-pair-encoding'
import { RunDefinition } from '@llm-loadtest/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Tokenizer } from '../tokens/tokenizer.ts'
import { createWorkload } from './create-workload.ts'
import { replayTimes } from './dataset-items.ts'
import type { WorkloadScope } from './scope.ts'
import type { WorkItem } from './workload.ts'

const tokenizer = new Tokenizer()
const encoding = await BytePairEncoding.load('o200k_base')
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workload-'))
})
afterAll(async () => {
  await tokenizer.close()
  await rm(folder, { recursive: true })
})

const WHOLE: WorkloadScope = {
  level: 0,
  levelCount: 1,
  part: 'measure',
  count: null,
  share: { index: 0, of: 1 },
}

async function definition(records: readonly object[], dataset: object = {}, fields: object = {}) {
  const path = join(folder, 'records.jsonl')
  await writeFile(path, records.map((record) => JSON.stringify(record)).join('\n'))
  return RunDefinition.parse({ server_url: 'http://h', model: 'm', dataset: { path, ...dataset }, ...fields })
}

async function takeItems(run: RunDefinition, count: number, scope: Partial<WorkloadScope> = {}) {
  const workload = createWorkload(run, tokenizer.client, { ...WHOLE, ...scope }, 0, (item) => ({ item }))
  const items: WorkItem[] = []
  for (let i = 0; i < count; i++) items.push((await workload.next()).item)
  return items
}

const textOf = ({ input }: WorkItem): string =>
  'prompt' in input ? input.prompt : input.messages.map(({ content }) => content).join('|')

const prompts = (count: number) => Array.from({ length: count }, (_, i) => ({ prompt: `prompt ${i}` }))

describe('requests of a dataset', () => {
  it('come in the order of the file, and from its start again', async () => {
    const items = await takeItems(await definition(prompts(3)), 7)
    expect(items.map(textOf)).toEqual([0, 1, 2, 0, 1, 2, 0].map((i) => `prompt ${i}`))
  })

  it('are the same, request by request, whatever the number of workers', async () => {
    const run = await definition(prompts(40), { order: 'shuffled' })
    const alone = await takeItems(run, 12)
    const shares = await Promise.all([0, 1, 2].map((index) => takeItems(run, 4, { share: { index, of: 3 } })))
    expect(alone.map((_, i) => shares[i % 3]?.[Math.floor(i / 3)])).toEqual(alone)
    expect(alone.map(textOf)).not.toEqual(prompts(12).map(({ prompt }) => prompt))
  })

  it('are divided between levels; the warm-up takes those before', async () => {
    const run = await definition(prompts(10), {}, { concurrency: [1, 2] })
    const second = await takeItems(run, 2, { levelCount: 2, level: 1 })
    expect(second.map(textOf)).toEqual(['prompt 5', 'prompt 6'])
    const warmup = await takeItems(run, 2, { levelCount: 2, part: 'warmup', count: 2 })
    expect(warmup.map(textOf)).toEqual(['prompt 8', 'prompt 9'])
  })

  it('have the lengths of the file, or those of the definition', async () => {
    const records = [{ prompt: 'one two three', output_len: 9 }, { prompt: 'one' }]
    const byFile = await takeItems(await definition(records, {}, { output_len: 5 }), 2)
    expect(byFile.map(({ tokens, maxTokens }) => [tokens, maxTokens])).toEqual([
      [3, 9],
      [1, 5],
    ])
    const byRun = await takeItems(await definition(records, { output: 'output_len' }, { output_len: 5 }), 1)
    expect(byRun.map(({ maxTokens }) => maxTokens)).toEqual([5])
  })

  it('of a conversation are its first turn, as long as its reply', async () => {
    const turn = (from: string, value: string) => ({ from, value })
    const conversations = [turn('human', 'one two'), turn('gpt', 'three four five'), turn('human', 'six')]
    const [item] = await takeItems(await definition([{ conversations }]), 1)
    expect(item).toEqual({
      input: { messages: [{ role: 'user', content: 'one two' }] },
      tokens: 2,
      maxTokens: 3,
    })
  })

  it('fail with what is wrong with the file', async () => {
    const run = await definition([{ prompt: 'a' }, { nothing: 1 }])
    await expect(takeItems(run, 1)).rejects.toThrow(/^dataset .*records\.jsonl, line 2: is not a record/)
  })
})

describe('requests of a mooncake trace', () => {
  const trace = [
    { timestamp: 9000, input_length: 1500, output_length: 7, hash_ids: [11, 12, 13] },
    { timestamp: 4000, input_length: 1024, output_length: 0, hash_ids: [11, 12] },
    { timestamp: 4500, input_length: 1600, output_length: 3, hash_ids: [11, 20, 21, 22] },
    { timestamp: 4500, input_length: 600, output_length: 3, hash_ids: [] },
  ]
  const tokensOf = (item: WorkItem | undefined): string[] => {
    const text = Buffer.from(item ? textOf(item) : '')
    let end = 0
    return [...encoding.tokenLengths(text.toString())].map((length) => {
      end += length
      return text.toString('utf8', end - length, end)
    })
  }

  it('have exactly their lengths, and share their blocks of 512 tokens', async () => {
    const [a, b, c, d] = await takeItems(await definition(trace), 4)
    expect([a, b, c, d].map((item) => item?.tokens)).toEqual([1500, 1024, 1600, 600])
    expect([a, b, c, d].map((item) => item?.maxTokens)).toEqual([7, 1, 3, 3])
    const [first, second, third, own] = [a, b, c, d].map(tokensOf)
    expect([first, second, third, own].map((tokens) => tokens?.length)).toEqual([1500, 1024, 1600, 600])
    expect(second).toEqual(first?.slice(0, 1024))
    expect(third?.slice(0, 512)).toEqual(first?.slice(0, 512))
    expect(third?.[512]).not.toBe(first?.[512])
    expect(own?.[0]).not.toBe(first?.[0])
  })

  it('are replayed by time, once', async () => {
    const run = await definition(trace, {}, { replay: {} })
    expect(await replayTimes(run, tokenizer.client)).toEqual(Float64Array.of(0, 500, 500, 5000))
    const workload = createWorkload(run, tokenizer.client, WHOLE, 0, (item) => ({ item }))
    await workload.prefill(10, new AbortController().signal)
    const taken = Array.from({ length: 5 }, () => workload.take()?.item.tokens)
    expect(taken).toEqual([1024, 1600, 600, 1500, undefined])
    await expect(workload.next()).rejects.toThrow('there are no more requests')
  })

  it('cannot be replayed without timestamps', async () => {
    const run = await definition(prompts(1), {}, { replay: {} })
    await expect(replayTimes(run, tokenizer.client)).rejects.toThrow(
      /records\.jsonl: has no timestamps to replay\. Give a trace in mooncake format\./,
    )
  })
})
