import type { RunDefinition } from '@llm-loadtest/schema'
import { errorMessage } from '../error-message.ts'
import { chooseEncoding } from '../tokens/encodings.ts'
import type { TokenClient } from '../tokens/token-client.ts'
import { datasetRef, replayTimes } from '../workload/dataset-items.ts'
import { RunFailure } from './run-failure.ts'

/** What the files of a workload say of its load. */
export type WorkloadFiles = {
  /** When each request of a replayed trace is due, as replayTimes gives it; null when none is replayed. */
  traceMs: Float64Array | null
}

/** Reads the files a run names before anything is sent. Throws a RunFailure that says what is wrong with which, and where. */
export async function readWorkloadFiles(
  run: RunDefinition,
  tokens: Pick<TokenClient, 'count' | 'openDataset'>,
): Promise<WorkloadFiles> {
  try {
    if (run.tokenizer.endsWith('.json')) await tokens.count(chooseEncoding(run).encoding, [])
    if (run.dataset) await tokens.openDataset(datasetRef(run, run.dataset))
    return { traceMs: run.replay ? await replayTimes(run, tokens) : null }
  } catch (error) {
    throw new RunFailure('rejected', errorMessage(error), { cause: error })
  }
}
