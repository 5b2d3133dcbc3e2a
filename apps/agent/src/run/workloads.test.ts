import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunningSimulator, startSimulator } from '@llm-loadtest/llm-simulator'
import { type RequestRecord, RunDefinition } from '@llm-loadtest/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runStandalone } from './standalone.ts'

let simulator: RunningSimulator
let folder: string
beforeAll(async () => {
  simulator = await startSimulator({ port: 0 })
  folder = await mkdtemp(join(tmpdir(), 'workloads-'))
})
afterAll(async () => {
  await simulator.close()
  await rm(folder, { recursive: true })
})

async function written(name: string, records: readonly object[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, records.map((record) => JSON.stringify(record)).join('\n'))
  return path
}

async function run(fields: object, signal?: AbortSignal) {
  const records: RequestRecord[] = []
  const definition = RunDefinition.parse({
    server_url: simulator.url,
    model: 'simulator',
    ignore_eos: true,
    warmup: 0,
    ...fields,
  })
  const result = await runStandalone(definition, {
    onRecords: (batch) => records.push(...batch),
    workers: 1,
    ...(signal ? { signal } : {}),
  })
  records.sort((a, b) => a.index - b.index)
  return { result, records }
}

describe('conversations', () => {
  const turn = (from: string, value: string) => ({ from, value })
  const conversation = (name: string) => ({
    conversations: [
      turn('human', `${name} asks first`),
      turn('gpt', 'a reply of five tokens'),
      turn('human', 'and again'),
      turn('gpt', 'three more tokens'),
      turn('human', 'good bye'),
    ],
  })

  it('are sent turn by turn with the real replies', async () => {
    const path = await written('sharegpt.jsonl', [conversation('one'), conversation('two')])
    const { result, records } = await run({
      dataset: { path, multi_turn: true },
      concurrency: [1],
      num_prompts: 6,
      output_len: 4,
    })
    expect(result.status).toBe('completed')
    // Each prompt is the one before, the reply to it and two words more; the last reply's length is the run's own.
    const prompts = [3, 3 + 5 + 2, 10 + 3 + 2]
    expect(records.map(({ input_tokens }) => input_tokens)).toEqual([...prompts, ...prompts])
    expect(records.map(({ local_input_tokens }) => local_input_tokens)).toEqual([...prompts, ...prompts])
    expect(records.map(({ output_tokens }) => output_tokens)).toEqual([5, 3, 4, 5, 3, 4])
    expect(result.results[0]?.tokens.input_disagreement_percent).toBe(0)
  })

  it('go on under an open loop too', async () => {
    const path = await written('open.jsonl', [
      conversation('one'),
      conversation('two'),
      conversation('three'),
    ])
    const { records } = await run({
      dataset: { path, multi_turn: true },
      request_rate: { rates: [20], arrival: 'constant' },
      num_prompts: 40,
    })
    expect(records.map(({ outcome }) => outcome)).toEqual(Array(40).fill('ok'))
    const lengths = new Set(records.map(({ input_tokens }) => input_tokens))
    expect([...lengths].sort((a, b) => Number(a) - Number(b))).toEqual([3, 10, 15])
  })
})

describe('a mooncake trace', () => {
  it('is replayed at its times, faster where that is asked for', async () => {
    const path = await written('trace.jsonl', [
      { timestamp: 100, input_length: 600, output_length: 3, hash_ids: [0, 1] },
      { timestamp: 300, input_length: 1025, output_length: 2, hash_ids: [0, 1, 2] },
      { timestamp: 900, input_length: 5, output_length: 4, hash_ids: [3] },
    ])
    const { result, records } = await run({ dataset: { path }, replay: { speed: 2 } })
    expect(result.status).toBe('completed')
    expect(records.map(({ input_tokens, output_tokens }) => [input_tokens, output_tokens])).toEqual([
      [600, 3],
      [1025, 2],
      [5, 4],
    ])
    const [first = 0, ...rest] = records.map(({ intended_ms }) => intended_ms ?? Number.NaN)
    expect(rest.map((at) => Math.round(at - first))).toEqual([100, 400])
  })

  it('fails the run, with the line, where it is wrong', async () => {
    const path = await written('wrong.jsonl', [{ timestamp: 0, input_length: 'long', output_length: 1 }])
    const { result } = await run({ dataset: { path }, replay: {} })
    expect(result).toMatchObject({ status: 'failed', error: { code: 'rejected' } })
    expect(result.error?.message).toContain(
      'wrong.jsonl, line 1: is not a record of format mooncake: input_length',
    )
  })
})

it('is cancelled while its files are still read', async () => {
  const missing = join(folder, 'none')
  for (const files of [{ tokenizer: `${missing}.json` }, { dataset: { path: missing } }]) {
    const cancel = new AbortController()
    const running = run(files, cancel.signal)
    cancel.abort()
    const { result } = await running
    expect([result.status, result.error]).toEqual(['cancelled', null])
  }
})

it('is rejected where the tokenizer is not there', async () => {
  const { result } = await run({ tokenizer: join(folder, 'none.json') })
  expect(result.error).toEqual({
    code: 'rejected',
    message: `cannot read the tokenizer ${folder}/none.json: there is no such file. Give the tokenizer.json of the model.`,
  })
})

it('counts in a tokenizer.json where the server gives no counts, and says so', async () => {
  const tokenizer = fileURLToPath(new URL('../tokens/testing/byte-level.tokenizer.json', import.meta.url))
  const headers = { 'x-simulator-fault': 'no-usage' }
  const { result, records } = await run({ tokenizer, headers, input_len: 50, output_len: 3, num_prompts: 4 })
  expect(records.map(({ input_tokens }) => input_tokens)).toEqual([50, 50, 50, 50])
  for (const { output_tokens, local_output_tokens } of records)
    expect(output_tokens).toBe(local_output_tokens)
  expect(result.results[0]?.tokens).toMatchObject({
    input_sources: { tokenizer: 4 },
    output_sources: { tokenizer: 4 },
  })
})

it('sends prompts that share their prefix', async () => {
  const shared = await run({ input_len: 80, prefix: { len: 64, groups: 2 }, num_prompts: 4, output_len: 2 })
  expect(shared.records.map(({ input_tokens }) => input_tokens)).toEqual([80, 80, 80, 80])
})
