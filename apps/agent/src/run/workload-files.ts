import type { RunDefinition } from '@llm-loadtest/schema'
import { errorMessage } from '../error-message.ts'
import { chooseEncoding } from '../tokens/encodings.ts'
import type { TokenClient } from '../tokens/token-client.ts'
import { datasetRef } from '../workload/dataset-items.ts'
import { RunFailure } from './run-failure.ts'

/** Reads the files a run names before anything is sent. Throws a RunFailure that says what is wrong with which, and where. */
export async function checkWorkloadFiles(
  run: RunDefinition,
  tokens: Pick<TokenClient, 'count' | 'openDataset'>,
): Promise<void> {
  try {
    if (run.tokenizer.endsWith('.json')) await tokens.count(chooseEncoding(run).encoding, [])
    if (run.dataset) await tokens.openDataset(datasetRef(run, run.dataset))
  } catch (error) {
    throw new RunFailure('rejected', errorMessage(error), { cause: error })
  }
}
