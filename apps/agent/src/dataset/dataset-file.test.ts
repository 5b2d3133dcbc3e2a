import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DatasetFile } from './dataset-file.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dataset-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function written(name: string, content: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

const human = (value: string) => ({ conversations: [{ from: 'human', value }] })

describe('DatasetFile', () => {
  it('reads any record by its number', async () => {
    const content = ['{"prompt":"one"}', '', '{"prompt":"zwei, 世界"}', '{"text":"three"}'].join('\n')
    const file = await DatasetFile.open(await written('prompts.jsonl', content), 'auto')
    expect(file.count).toBe(3)
    expect(file.timestampsMs).toBeNull()
    const records = await file.read([2, 1, 0, 1])
    expect(records.map((record) => record.kind === 'prompt' && record.prompt)).toEqual([
      'three',
      'zwei, 世界',
      'one',
      'zwei, 世界',
    ])
  })

  it.each([
    ['an array', (records: object[]) => JSON.stringify(records, null, 2)],
    ['lines', (records: object[]) => records.map((record) => JSON.stringify(record)).join('\n')],
  ])('leaves out conversations of ShareGPT in %s that have nothing to send', async (_, content) => {
    const records = [human(''), human('one'), { conversations: [] }, human('two')]
    const file = await DatasetFile.open(await written('sharegpt.json', content(records)), 'auto')
    expect(file.count).toBe(2)
    const turns = (await file.read([0, 1])).map((record) => record.kind === 'conversation' && record.turns)
    expect(turns).toEqual([
      [{ messages: [{ role: 'user', content: 'one' }], reply: null }],
      [{ messages: [{ role: 'user', content: 'two' }], reply: null }],
    ])
  })

  it.each([
    ['{"prompt":"a"}\n{"prompt":', 'auto', /, line 2: is not JSON \(.*\)\. Each line must be a JSON object/],
    ['{"question":"a"}', 'auto', /, line 1: holds none of "prompt".* See docs\/workloads\.md/],
    [
      '{"prompt":"a"}\n\n{"prompt":1}',
      'auto',
      /, line 3: is not a record of format jsonl: prompt: Invalid input: expected string, received number$/,
    ],
    ['{"prompt":"a","text":"b"}', 'auto', /jsonl: must have one of "prompt", "text" and "messages"$/],
    ['{"prompt":"a"}', 'mooncake', /, line 1: is not a record of format mooncake: /],
    ['[{"conversations":[]},{"conversations":1}]', 'auto', /, entry 2: is not a record of format sharegpt: /],
    ['[{"conversations":[]}]', 'auto', /: holds no record that can be sent/],
    ['[{"conversations":[]},{', 'auto', /: ends within entry 2: the file is cut off/],
    [' \n', 'auto', /: holds no records: the file is empty or not JSON/],
  ] as const)('says where %j as %s is wrong', async (content, format, message) => {
    const path = await written('wrong.jsonl', content)
    await expect(DatasetFile.open(path, format)).rejects.toThrow(message)
  })

  it('says that there is no such file', async () => {
    const path = join(folder, 'missing.jsonl')
    await expect(DatasetFile.open(path, 'auto')).rejects.toThrow(
      `dataset ${path}: there is no such file. Check the path on the agent's machine.`,
    )
  })

  it('refuses a pipe, which may never end, and a folder', async () => {
    const pipe = join(folder, 'pipe.jsonl')
    execFileSync('mkfifo', [pipe])
    await expect(DatasetFile.open(pipe, 'auto')).rejects.toThrow(
      `dataset ${pipe}: it is a pipe, a socket or a device, not a regular file. Check the path`,
    )
    await expect(DatasetFile.open(folder, 'auto')).rejects.toThrow(`dataset ${folder}: it is a folder, not`)
  })

  it('says that the file has changed since it was opened', async () => {
    const path = await written('changing.jsonl', '{"prompt":"one"}')
    const file = await DatasetFile.open(path, 'auto')
    expect(await file.isCurrent()).toBe(true)
    await written('changing.jsonl', '{"prompt":"another"}')
    expect(await file.isCurrent()).toBe(false)
    await expect(file.read([0])).rejects.toThrow('has changed while the run was reading it. Run it again.')
  })
})
