import type { RunDefinition } from '@llm-loadtest/schema'
import { chooseEncoding } from '../tokens/encodings.ts'
import type { TokenClient } from '../tokens/token-client.ts'
import type { DatasetRef, DatasetTurn } from '../tokens/token-messages.ts'
import type { ItemSource } from './ahead-queue.ts'
import { drawnOutput, runNumber } from './generated-prompts.ts'
import { ownCount, requestIndex, type WorkloadScope } from './scope.ts'

type Dataset = NonNullable<RunDefinition['dataset']>

/** A record's requests, and the number of the first in its run. */
export type DatasetItem = { turns: DatasetTurn[]; number: number }

export function datasetRef(run: RunDefinition, { path, format, order }: Dataset): DatasetRef {
  return { path, format, order: run.replay ? 'time' : order, seed: run.seed }
}

/**
 * Where in the dataset's order a level's first request stands: levels divide the dataset between them, so that what one
 * level sent is not in the server's prefix cache when the next begins. The warm-up takes the records before.
 */
function firstPosition({ level, levelCount, part, count }: WorkloadScope, records: number): number {
  const start = Math.floor((level * records) / levelCount)
  return part === 'measure' ? start : start - (count ?? 0)
}

/** Records of a dataset, from its start again after its end; a replayed trace ends with its last. */
export function datasetItems(
  run: RunDefinition,
  dataset: Dataset,
  tokens: Pick<TokenClient, 'openDataset' | 'records'>,
  scope: WorkloadScope,
): ItemSource<DatasetItem> {
  const { encoding } = chooseEncoding(run)
  const ref = datasetRef(run, dataset)
  let records = 1
  const position = (index: number): number => {
    const at = (firstPosition(scope, records) + index) % records
    return at < 0 ? at + records : at
  }
  return {
    open: async () => {
      const { count, meanTokens } = await tokens.openDataset(ref)
      records = count
      const replayed = run.replay && scope.part === 'measure'
      const most = replayed ? Math.min(count, scope.count ?? count) : scope.count
      return { count: ownCount({ ...scope, count: most }), meanTokens }
    },
    items: async (first, count) => {
      const indices = Array.from({ length: count }, (_, i) => requestIndex(scope, first + i))
      const found = await tokens.records({
        tokenizer: encoding,
        dataset: ref,
        positions: indices.map(position),
        multiTurn: dataset.multi_turn,
        countReplies: dataset.output === 'file',
      })
      return found.map((turns, i) => ({ turns, number: runNumber(scope, indices[i] ?? 0) }))
    },
  }
}

/** The output length of a turn: the file's, where it is wanted and known, or one from the definition; tokens. */
export function outputTokens(run: RunDefinition, turn: DatasetTurn, number: number): number {
  const own = run.dataset?.output === 'file' ? turn.outputTokens : null
  return own === null || own === 0 ? drawnOutput(run, number) : own
}

/**
 * When each request of a replayed trace is due, ms after the first, in ascending order: as many as there are requests.
 * Rejects where the dataset cannot be read or has no timestamps.
 */
export async function replayTimes(
  run: RunDefinition,
  tokens: Pick<TokenClient, 'openDataset'>,
): Promise<Float64Array> {
  if (!run.dataset) throw new Error('replay needs a dataset')
  const { dueMs } = await tokens.openDataset(datasetRef(run, run.dataset))
  if (dueMs === null) throw new Error(`dataset ${run.dataset.path} has no timestamps to replay`)
  return dueMs
}
