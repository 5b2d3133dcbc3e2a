import type { RunDefinition } from '@llm-loadtest/schema'
import { errorMessage } from '../error-message.ts'
import { regularFile } from '../regular-file.ts'
import { usage } from './flag-usage.ts'

/** Refuses files of a run that cannot be read. Rejects with a UsageError that names the flag. */
export async function checkNamedFiles({ tokenizer, dataset }: RunDefinition): Promise<void> {
  const files: [field: string, path: string][] = []
  if (tokenizer.endsWith('.json')) files.push(['tokenizer', tokenizer])
  if (dataset) files.push(['dataset', dataset.path])
  for (const [field, path] of files) {
    await regularFile(path).catch((error) => {
      throw usage(field, `"${path}" cannot be read: ${errorMessage(error)}`)
    })
  }
}
