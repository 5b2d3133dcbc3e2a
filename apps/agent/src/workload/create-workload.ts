import type { RunDefinition } from '@llm-loadtest/schema'
import type { TokenClient } from '../tokens/token-client.ts'
import { AheadQueue, type ItemSource } from './ahead-queue.ts'
import { Conversations } from './conversations.ts'
import { type DatasetItem, datasetItems, outputTokens } from './dataset-items.ts'
import { generatedPrompts } from './generated-prompts.ts'
import type { WorkloadScope } from './scope.ts'
import type { WorkItem, Workload } from './workload.ts'

/** What a workload keeps ready: an item, and what its request was made into. */
export type ReadyItem = { item: WorkItem }

/** Requests that do not depend on what came of earlier ones. */
class SingleRequests<T extends ReadyItem> extends AheadQueue<T> implements Workload<T> {
  ended(): void {
    // Nothing follows from a request's end.
  }
}

const mapped = <A, B>(source: ItemSource<A>, map: (item: A) => B): ItemSource<B> => ({
  open: () => source.open(),
  items: async (first, count) => (await source.items(first, count)).map(map),
})

const firstRequest =
  (run: RunDefinition) =>
  ({ turns: [turn], number }: DatasetItem): WorkItem => {
    if (!turn) throw new Error('a record has nothing to send')
    return { input: turn.input, tokens: turn.tokens, maxTokens: outputTokens(run, turn, number) }
  }

/**
 * The requests of a level's warm-up or measurement that are one load worker's. Request i is the same whatever the
 * number of workers, save in conversations: when one goes on depends on the server.
 * @param reserve requests the load may need at once
 * @param make turns an item into what is kept ready, ahead of its use
 */
export function createWorkload<T extends ReadyItem>(
  run: RunDefinition,
  tokens: TokenClient,
  scope: WorkloadScope,
  reserve: number,
  make: (item: WorkItem) => T,
): Workload<T> {
  const { dataset } = run
  if (!dataset) return new SingleRequests(mapped(generatedPrompts(run, tokens, scope), make), reserve)
  const records = datasetItems(run, dataset, tokens, scope)
  if (dataset.multi_turn) return new Conversations(run, tokens, records, reserve, make)
  return new SingleRequests(mapped(mapped(records, firstRequest(run)), make), reserve)
}
