import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { RunDefinition } from '@llm-loadtest/schema'
import { afterAll, expect, it } from 'vitest'
import { Tokenizer } from '../tokens/tokenizer.ts'
import { UsageError } from './exit-status.ts'
import { checkNamedFiles } from './named-files.ts'

const PACKAGE = fileURLToPath(new URL('../../package.json', import.meta.url))
const TOKENIZER = fileURLToPath(new URL('../tokens/testing/byte-level.tokenizer.json', import.meta.url))
const tokenizer = new Tokenizer()
afterAll(() => tokenizer.close())

const required = { server_url: 'http://h', model: 'm' }

it.each([
  [
    { dataset: { path: '/no/such' } },
    '--dataset: "/no/such" cannot be read: there is no such file. It takes',
  ],
  [{ dataset: { path: tmpdir() } }, `--dataset: "${tmpdir()}" cannot be read: it is a folder, not a file.`],
  [{ tokenizer: '/no/such.json' }, '--tokenizer: "/no/such.json" cannot be read: there is no such file. It'],
  [
    { tokenizer: PACKAGE },
    `--tokenizer: cannot read the tokenizer ${PACKAGE}: Tokenizer must contain a "model" property. Give the ` +
      'tokenizer.json of the model. It takes auto,',
  ],
])('the file of %j is refused by its flag', async (fields, message) => {
  const checked = checkNamedFiles(RunDefinition.parse({ ...required, ...fields }), tokenizer.client)
  await expect(checked).rejects.toThrow(UsageError)
  await expect(checked).rejects.toThrow(message)
})

it('a run that names no file is let through', async () => {
  expect(await checkNamedFiles(RunDefinition.parse(required), tokenizer.client)).toBeUndefined()
})

it('a tokenizer.json is let through', async () => {
  const run = RunDefinition.parse({ ...required, tokenizer: TOKENIZER })
  expect(await checkNamedFiles(run, tokenizer.client)).toBeUndefined()
})
