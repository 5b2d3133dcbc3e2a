import type { RunDefinition } from '@llm-loadtest/schema'
import type { TokenClient } from '../tokens/token-client.ts'
import { AheadQueue, type ItemSource } from './ahead-queue.ts'
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

function prepared<T>(source: ItemSource<WorkItem>, make: (item: WorkItem) => T): ItemSource<T> {
  return {
    open: () => source.open(),
    items: async (first, count) => (await source.items(first, count)).map(make),
  }
}

/**
 * The requests of a level's warm-up or measurement that are one load worker's. Request i is the same whatever the
 * number of workers.
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
  return new SingleRequests(prepared(generatedPrompts(run, tokens, scope), make), reserve)
}
