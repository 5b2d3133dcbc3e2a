import { RunDefinition } from '@llm-loadtest/schema'
import { Tiktoken } from 'js-tiktoken/lite'
import o200kBase from 'js-tiktoken/ranks/o200k_base'
import { afterAll, describe, expect, it } from 'vitest'
import { Tokenizer } from '../tokens/tokenizer.ts'
import { createWorkload } from './create-workload.ts'
import type { WorkloadScope } from './scope.ts'
import type { WorkItem } from './workload.ts'

const tokenizer = new Tokenizer()
afterAll(() => tokenizer.close())

const WHOLE = { index: 0, of: 1 }
const scope: WorkloadScope = { level: 0, levelCount: 1, part: 'measure', count: null, share: WHOLE }
const definition = (fields: object) => RunDefinition.parse({ server_url: 'http://h', model: 'm', ...fields })

async function takeItems(
  run: RunDefinition,
  count: number,
  part: Partial<WorkloadScope> = {},
): Promise<WorkItem[]> {
  const workload = createWorkload(run, tokenizer.client, { ...scope, ...part }, 0, (item) => ({ item }))
  const items: WorkItem[] = []
  for (let i = 0; i < count; i++) items.push((await workload.next()).item)
  return items
}

const promptOf = ({ input }: WorkItem): string => ('prompt' in input ? input.prompt : '')

describe('generated prompts', () => {
  it('are the same, request by request, whatever the number of workers', async () => {
    const run = definition({
      input_len: { min: 3, max: 90 },
      output_len: { mean: 20, std: 9, min: 1, max: 40 },
    })
    const alone = await takeItems(run, 12)
    const shares = await Promise.all([0, 1, 2].map((index) => takeItems(run, 4, { share: { index, of: 3 } })))
    expect(alone.map((_, i) => shares[i % 3]?.[Math.floor(i / 3)])).toEqual(alone)
    expect(new Set(alone.map(({ tokens }) => tokens)).size).toBeGreaterThan(6)
    expect(new Set(alone.map(({ maxTokens }) => maxTokens)).size).toBeGreaterThan(6)
  })

  it('differ between levels, parts and seeds', async () => {
    const run = definition({ input_len: 1, concurrency: [1, 2] })
    const texts = [
      ...(await takeItems(run, 50, { levelCount: 2 })),
      ...(await takeItems(run, 50, { levelCount: 2, level: 1 })),
      ...(await takeItems(run, 50, { levelCount: 2, part: 'warmup' })),
    ].map(promptOf)
    expect(new Set(texts).size).toBe(150)
    const [other] = await takeItems(definition({ input_len: 1, seed: 1 }), 1)
    expect(other && promptOf(other)).not.toBe(texts[0])
  })

  it('share exactly their prefix within a group, and nothing beyond it', async () => {
    const reference = new Tiktoken(o200kBase)
    const run = definition({ input_len: { min: 41, max: 60 }, prefix: { len: 40, groups: 3 } })
    const items = await takeItems(run, 300)
    const encoded = items.map((item) => reference.encode(promptOf(item), [], []))
    expect(encoded.map(({ length }) => length)).toEqual(items.map(({ tokens }) => tokens))
    const prefixes = encoded.map((tokens) => tokens.slice(0, 40).join())
    expect(prefixes).toEqual(prefixes.map((_, i) => prefixes[i % 3]))
    expect(new Set(encoded.slice(0, 3).map(([first]) => first)).size).toBe(3)
    expect(new Set(encoded.map((tokens) => tokens[40])).size).toBe(300)
  })

  it('end after the last of their share', async () => {
    const run = definition({ input_len: 4 })
    const workload = createWorkload(
      run,
      tokenizer.client,
      { ...scope, count: 5, share: { index: 1, of: 2 } },
      0,
      (item) => ({ item }),
    )
    await workload.prefill(100, new AbortController().signal)
    expect([workload.take(), workload.take(), workload.take()].map((ready) => ready?.item.tokens)).toEqual([
      4,
      4,
      undefined,
    ])
    await expect(workload.next()).rejects.toThrow('there are no more requests')
  })
})
