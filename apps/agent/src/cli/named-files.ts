import type { RunDefinition } from '@llm-loadtest/schema'
import { errorMessage } from '../error-message.ts'
import { regularFile } from '../regular-file.ts'
import { TokenizerFile } from '../tokens/encodings.ts'
import type { TokenClient } from '../tokens/token-client.ts'
import { usage } from './flag-usage.ts'

async function checkReadable(field: string, path: string): Promise<void> {
  await regularFile(path).catch((error) => {
    throw usage(field, `"${path}" cannot be read: ${errorMessage(error)}`)
  })
}

/**
 * Refuses files of a run that cannot be read, and one that is no tokenizer. Rejects with a UsageError that names the flag.
 * @param tokens keeps the tokenizer it has loaded, for the run to have it at once
 */
export async function checkNamedFiles(
  { tokenizer, dataset }: RunDefinition,
  tokens: Pick<TokenClient, 'count'>,
): Promise<void> {
  const file = TokenizerFile.safeParse(tokenizer)
  if (file.success) {
    await checkReadable('tokenizer', file.data)
    await tokens.count(file.data, []).catch((error) => {
      throw usage('tokenizer', errorMessage(error).replace(/\.$/, ''))
    })
  }
  if (dataset) await checkReadable('dataset', dataset.path)
}
