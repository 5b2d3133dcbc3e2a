import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RunDefinition } from '@llm-loadtest/schema'
import { afterAll, describe, expect, it } from 'vitest'
import { withLocalFiles } from './data-files.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'data-files-')))
const dataDir = join(root, 'data')
mkdirSync(join(dataDir, 'sets'), { recursive: true })
writeFileSync(join(dataDir, 'sets', 'prompts.jsonl'), '')
writeFileSync(join(dataDir, 'tokenizer.json'), '{}')
writeFileSync(join(root, 'secret.jsonl'), '')
symlinkSync(join(root, 'secret.jsonl'), join(dataDir, 'link.jsonl'))
symlinkSync(join(dataDir, 'sets', 'prompts.jsonl'), join(dataDir, 'inside.jsonl'))
afterAll(() => rmSync(root, { recursive: true }))

const define = (over: object) =>
  RunDefinition.parse({ server_url: 'http://127.0.0.1:1', model: 'm', ...over })
const withDataset = (path: string) => define({ dataset: { path } })

describe('the files of a run', () => {
  it('are found below the data folder, links inside it followed', () => {
    const run = withLocalFiles(
      define({ dataset: { path: 'sets/prompts.jsonl' }, tokenizer: 'tokenizer.json' }),
      dataDir,
    )
    expect([run.dataset?.path, run.tokenizer]).toEqual([
      join(dataDir, 'sets', 'prompts.jsonl'),
      join(dataDir, 'tokenizer.json'),
    ])
    const linked = withLocalFiles(withDataset('inside.jsonl'), dataDir)
    expect(linked.dataset?.path).toBe(join(dataDir, 'sets', 'prompts.jsonl'))
  })

  it('leave a run without any as it is', () => {
    expect(withLocalFiles(define({}), null)).toEqual(define({}))
  })

  it.each([
    ['../secret.jsonl', /without ".."/],
    ['sets/../../secret.jsonl', /without ".."/],
    [join(root, 'secret.jsonl'), /must be relative/],
    ['link.jsonl', /leads out of/],
    ['missing.jsonl', /no file "missing.jsonl"/],
  ])('are refused outside of it: %s', (path, reason) => {
    expect(() => withLocalFiles(withDataset(path), dataDir)).toThrow(reason)
  })

  it('are refused by an agent without a data folder, with what to do', () => {
    expect(() => withLocalFiles(withDataset('a.jsonl'), null)).toThrow(/start it with --data-dir FOLDER/)
  })
})
