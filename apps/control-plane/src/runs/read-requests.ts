import type { RequestRecord } from '@llm-loadtest/schema'
import { type DatabaseAddress, withDb } from '../db/client.ts'
import { readBatchPage } from '../db/request-batches.ts'
import { readBatch } from '../domain/request-batch.ts'

/**
 * The request records that are stored of a run, batch by batch: read in pages, each with a database client of its own,
 * so that neither a client nor a transaction is held as long as a reader takes.
 * @param levelIndex of one level; null for all
 * @throws BatchError when a stored batch cannot be read
 */
export async function* readRequests(
  address: DatabaseAddress,
  runId: string,
  levelIndex: number | null,
): AsyncGenerator<RequestRecord[], void> {
  let afterSeq = 0
  for (;;) {
    const after = afterSeq
    const { batches, last } = await withDb(address, (db) => readBatchPage(db, runId, levelIndex, after))
    for (const { seq, data } of batches) {
      yield await readBatch(data)
      afterSeq = seq
    }
    if (last) return
  }
}
