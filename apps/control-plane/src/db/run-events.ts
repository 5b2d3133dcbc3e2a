import type { LevelResult, RunError, RunEvent, RunResult } from '@llm-loadtest/schema'
import { and, asc, eq, inArray, notInArray } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { bytesOfBase64 } from '../domain/bytes.ts'
import { type EndStatus, sourcesOf } from '../domain/run-status.ts'
import type { Db } from './client.ts'
import { gpuSamples, levelResults, requestBatches, results, runs } from './tables.ts'

function insertion(db: Db, event: RunEvent): BatchItem<'sqlite'> | null {
  const { run_id, seq } = event
  switch (event.type) {
    case 'level_result': {
      const row = { run_id, level_index: event.result.index, result: event.result }
      return db.insert(levelResults).values(row).onConflictDoNothing()
    }
    case 'request_batch': {
      const { level_index, count } = event
      const row = { run_id, seq, level_index, count, data: bytesOfBase64(event.data) }
      return db.insert(requestBatches).values(row).onConflictDoNothing()
    }
    case 'gpu': {
      const { period_ms, devices, samples } = event
      return db.insert(gpuSamples).values({ run_id, seq, samples, period_ms, devices }).onConflictDoNothing()
    }
    case 'progress':
    case 'run_complete':
    case 'run_failed':
      return null
    default:
      return event satisfies never
  }
}

/** Stores consecutive events of one run and the seq of the last of them, in one transaction. */
export async function storeEvents(db: Db, runId: string, events: readonly RunEvent[]): Promise<void> {
  const last = events.at(-1)
  if (!last) return
  const agentDone = last.type === 'run_complete' || last.type === 'run_failed'
  const advance = db
    .update(runs)
    .set({ last_seq: last.seq, ...(agentDone ? { agent_done: true } : {}) })
    .where(eq(runs.run_id, runId))
  const inserts = events.map((event) => insertion(db, event)).filter((insert) => insert !== null)
  await db.batch([advance, ...inserts])
}

/** Passes over an event that is not stored, as if it were. */
export async function passEvent(db: Db, runId: string, event: { seq: number; last: boolean }): Promise<void> {
  const agentDone = event.last ? { agent_done: true } : {}
  await db
    .update(runs)
    .set({ last_seq: event.seq, ...agentDone })
    .where(eq(runs.run_id, runId))
}

/** The levels that ended, as the agent sent them, in order. */
export async function storedLevels(db: Db, runId: string): Promise<LevelResult[]> {
  const rows = await db
    .select({ result: levelResults.result })
    .from(levelResults)
    .where(eq(levelResults.run_id, runId))
    .orderBy(asc(levelResults.level_index))
  return rows.map((row) => row.result)
}

/** The request batches of the levels that are not among `levelIndexes`, in the order they were sent. */
export async function batchesOutside(db: Db, runId: string, levelIndexes: number[]): Promise<Uint8Array[]> {
  const rows = await db
    .select({ data: requestBatches.data })
    .from(requestBatches)
    .where(and(eq(requestBatches.run_id, runId), notInArray(requestBatches.level_index, levelIndexes)))
    .orderBy(asc(requestBatches.seq))
  return rows.map((row) => row.data)
}

function writeResult(db: Db, result: RunResult) {
  const row = {
    result: JSON.stringify(result),
    summary: result.summary,
    verdict: result.validity.verdict,
  }
  return db
    .insert(results)
    .values({ run_id: result.run_id, ...row })
    .onConflictDoUpdate({ target: results.run_id, set: row })
}

/** How a running run ends; times in Unix ms, `seq` the number of the agent's own last event, if it sent one. */
export type Ending = {
  status: EndStatus
  error: RunError | null
  startedAtMs: number | null
  completedAtMs: number
  durationSeconds: number | null
  seq: number | null
}

function endRow(db: Db, runId: string, ending: Ending) {
  return db
    .update(runs)
    .set({
      status: ending.status,
      error: ending.error,
      started_at: ending.startedAtMs,
      completed_at: ending.completedAtMs,
      duration_seconds: ending.durationSeconds,
      secrets: null,
      lease_expires_at: null,
      ...(ending.seq === null ? {} : { last_seq: ending.seq, agent_done: true }),
    })
    .where(and(eq(runs.run_id, runId), inArray(runs.status, sourcesOf(ending.status))))
}

/** Ends a running run: its status, its result and the erasure of its secrets are one transaction. */
export async function endRunningRun(db: Db, result: RunResult, ending: Ending): Promise<boolean> {
  const [ended] = await db.batch([endRow(db, result.run_id, ending), writeResult(db, result)])
  return ended.rowsAffected === 1
}

/** Ends a running run whose own row cannot be read, and so can have no result. */
export async function endUnreadableRun(db: Db, runId: string, ending: Ending): Promise<void> {
  await endRow(db, runId, ending)
}

/** Replaces the result of a run that has ended, after late events. */
export async function replaceResult(db: Db, result: RunResult): Promise<void> {
  await writeResult(db, result)
}

/** A run with what its result is made of: the stored result's JSON if it has ended, else its levels so far. */
export async function findRunWithResult(db: Db, runId: string) {
  const [[run], [stored], levels] = await db.batch([
    db.select().from(runs).where(eq(runs.run_id, runId)),
    db.select({ result: results.result }).from(results).where(eq(results.run_id, runId)),
    db
      .select({ result: levelResults.result })
      .from(levelResults)
      .where(
        and(
          eq(levelResults.run_id, runId),
          notInArray(levelResults.run_id, db.select({ run_id: results.run_id }).from(results)),
        ),
      ),
  ])
  return run && { run, storedResult: stored?.result ?? null, levels: levels.map((level) => level.result) }
}
