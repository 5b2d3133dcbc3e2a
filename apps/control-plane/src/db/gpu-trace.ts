import { GpuTrace } from '@llm-loadtest/schema/metrics'
import { and, asc, eq, gt } from 'drizzle-orm'
import type { Db } from './client.ts'
import { gpuSamples } from './tables.ts'

/** Rows read at once; each holds a second's samples of all GPUs. */
const PAGE_ROWS = 100
/** Traces kept: a result that is asked for again and again reads only what is new of its run. */
const MAX_KEPT = 4

type Kept = { trace: GpuTrace; seq: number }
const kept = new Map<string, Kept>()

function take(runId: string): Kept {
  const found = kept.get(runId) ?? { trace: new GpuTrace(), seq: 0 }
  // The order of a Map is that of insertion: the one used longest ago comes first.
  kept.delete(runId)
  kept.set(runId, found)
  for (const oldest of kept.keys()) {
    if (kept.size <= MAX_KEPT) break
    kept.delete(oldest)
  }
  return found
}

function readPage(db: Db, runId: string, afterSeq: number) {
  return db
    .select()
    .from(gpuSamples)
    .where(and(eq(gpuSamples.run_id, runId), gt(gpuSamples.seq, afterSeq)))
    .orderBy(asc(gpuSamples.seq))
    .limit(PAGE_ROWS)
}

/** All GPU samples that are stored of a run, read in pages. Not to be changed: others have the same trace. */
export async function readGpuTrace(db: Db, runId: string): Promise<GpuTrace> {
  const entry = take(runId)
  for (;;) {
    const rows = await readPage(db, runId, entry.seq)
    for (const row of rows) {
      // Another request may have read them meanwhile.
      if (row.seq <= entry.seq) continue
      entry.trace.add(row)
      entry.seq = row.seq
    }
    if (rows.length < PAGE_ROWS) return entry.trace
  }
}
