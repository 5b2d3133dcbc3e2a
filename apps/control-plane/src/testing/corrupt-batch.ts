import { and, eq } from 'drizzle-orm'
import { requestBatches } from '../db/tables.ts'
import type { TestControlPlane } from './control-plane.ts'

/** Damages a stored batch of request records, as a broken disk would. */
export async function corruptBatch(
  controlPlane: TestControlPlane,
  runId: string,
  seq: number,
): Promise<void> {
  await controlPlane.db((db) =>
    db
      .update(requestBatches)
      .set({ data: Uint8Array.of(1, 2, 3) })
      .where(and(eq(requestBatches.run_id, runId), eq(requestBatches.seq, seq))),
  )
}
