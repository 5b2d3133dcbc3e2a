import { tmpdir } from 'node:os'
import { RunDefinition } from '@llm-loadtest/schema'
import { expect, it } from 'vitest'
import { UsageError } from './exit-status.ts'
import { checkNamedFiles } from './named-files.ts'

const required = { server_url: 'http://h', model: 'm' }

it.each([
  [
    { dataset: { path: '/no/such' } },
    '--dataset: "/no/such" cannot be read: there is no such file. It takes',
  ],
  [{ dataset: { path: tmpdir() } }, `--dataset: "${tmpdir()}" cannot be read: it is a folder, not a file.`],
  [{ tokenizer: '/no/such.json' }, '--tokenizer: "/no/such.json" cannot be read: there is no such file. It'],
])('the file of %j is refused by its flag', async (fields, message) => {
  const checked = checkNamedFiles(RunDefinition.parse({ ...required, ...fields }))
  await expect(checked).rejects.toThrow(UsageError)
  await expect(checked).rejects.toThrow(message)
})

it('a run that names no file is let through', async () => {
  expect(await checkNamedFiles(RunDefinition.parse(required))).toBeUndefined()
})
