import type { RunConfig, RunError } from '@llm-loadtest/schema'
import { and, asc, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import { type EndStatus, sourcesOf } from '../domain/run-status.ts'
import type { Db } from './client.ts'
import { nextPosition } from './position.ts'
import { idempotencyKeys, runs } from './tables.ts'

export type RunRow = typeof runs.$inferSelect

export type NewRun = {
  runId: string
  config: RunConfig
  sealedSecrets: string | null
  createdAtMs: number
}

/** How a start request is recognised when it is sent again. */
export type IdempotencyKey = { key: string; bodyHash: string; expireBeforeMs: number }

/**
 * Stores a pending run and, in the same transaction, its idempotency key.
 * @throws when the key is taken
 */
export async function insertRun(db: Db, run: NewRun, idempotency: IdempotencyKey | null): Promise<void> {
  const { config } = run
  const insert = db.insert(runs).values({
    run_id: run.runId,
    status: 'pending',
    name: config.name ?? null,
    tags: config.tags ?? [],
    server_url: config.server_url,
    model: config.model,
    adapter: config.adapter,
    agent_id: config.agent_id ?? null,
    config,
    secrets: run.sealedSecrets,
    rejected_by: [],
    created_at: run.createdAtMs,
    position: nextPosition(run.createdAtMs),
  })
  if (!idempotency) {
    await insert
    return
  }
  const { key, bodyHash, expireBeforeMs } = idempotency
  await db.batch([
    db.delete(idempotencyKeys).where(lt(idempotencyKeys.created_at, expireBeforeMs)),
    db
      .insert(idempotencyKeys)
      .values({ key, body_hash: bodyHash, run_id: run.runId, created_at: run.createdAtMs }),
    insert,
  ])
}

/** The run an idempotency key stands for and the hash of the body it was sent with. */
export async function findIdempotencyKey(db: Db, key: string) {
  return db.select().from(idempotencyKeys).where(eq(idempotencyKeys.key, key)).get()
}

export async function findRun(db: Db, runId: string): Promise<RunRow | undefined> {
  return db.select().from(runs).where(eq(runs.run_id, runId)).get()
}

/** The runs of these ids, and all that this agent is running. */
export async function findHeldRuns(db: Db, agentId: string, runIds: string[]): Promise<RunRow[]> {
  const running = and(eq(runs.agent_id, agentId), eq(runs.status, 'running'))
  return db
    .select()
    .from(runs)
    .where(or(inArray(runs.run_id, runIds), running))
}

export async function runningRuns(db: Db, agentId: string): Promise<RunRow[]> {
  return db
    .select()
    .from(runs)
    .where(and(eq(runs.agent_id, agentId), eq(runs.status, 'running')))
}

/** The agent's running runs and when their leases end (Unix ms); nothing of them is read that could be unreadable. */
export async function runningLeases(db: Db, agentId: string) {
  return db
    .select({ runId: runs.run_id, expiresAtMs: runs.lease_expires_at })
    .from(runs)
    .where(and(eq(runs.agent_id, agentId), eq(runs.status, 'running')))
}

/** The pending runs only this agent may take. */
export async function pendingRunsOf(db: Db, agentId: string): Promise<RunRow[]> {
  return db
    .select()
    .from(runs)
    .where(and(eq(runs.agent_id, agentId), eq(runs.status, 'pending')))
}

/**
 * Hands the oldest pending run this agent may take to it, in one guarded statement, unless it already runs
 * `slots` runs.
 */
export async function claimRun(
  db: Db,
  claim: { agentId: string; slots: number; nowMs: number; leaseExpiresAtMs: number },
): Promise<RunRow | undefined> {
  const { agentId } = claim
  const oldest = db
    .select({ run_id: runs.run_id })
    .from(runs)
    .where(
      and(
        eq(runs.status, 'pending'),
        or(isNull(runs.agent_id), eq(runs.agent_id, agentId)),
        sql`not exists (select 1 from json_each(${runs.rejected_by}) where value = ${agentId})`,
        sql`(select count(*) from runs as held where held.agent_id = ${agentId} and held.status = 'running') < ${claim.slots}`,
      ),
    )
    .orderBy(asc(runs.position))
    .limit(1)
  const claimed = await db
    .update(runs)
    .set({
      status: 'running',
      agent_id: agentId,
      started_at: claim.nowMs,
      lease_expires_at: claim.leaseExpiresAtMs,
    })
    .where(and(inArray(runs.run_id, oldest), eq(runs.status, 'pending')))
    .returning()
  return claimed[0]
}

/** Puts a rejected run back to pending for the other agents. Returns it, or undefined when it no longer ran. */
export async function releaseRun(db: Db, runId: string, agentId: string): Promise<RunRow | undefined> {
  const released = await db
    .update(runs)
    .set({
      status: 'pending',
      agent_id: null,
      started_at: null,
      lease_expires_at: null,
      rejected_by: sql`json_insert(${runs.rejected_by}, '$[#]', ${agentId})`,
    })
    .where(
      and(
        eq(runs.run_id, runId),
        eq(runs.agent_id, agentId),
        inArray(runs.status, sourcesOf('pending')),
        eq(runs.last_seq, 0),
      ),
    )
    .returning()
  return released[0]
}

/** Ends a run nobody has started. Returns it as it is then, or undefined when it was no longer pending. */
export async function endPendingRun(
  db: Db,
  runId: string,
  ending: { status: EndStatus; error: RunError | null; nowMs: number },
): Promise<RunRow | undefined> {
  const { status, error, nowMs } = ending
  const ended = await db
    .update(runs)
    .set({ status, error, completed_at: nowMs, secrets: null })
    .where(and(eq(runs.run_id, runId), eq(runs.status, 'pending')))
    .returning()
  return ended[0]
}

/** Notes that a running run is to be cancelled. False when it no longer runs. */
export async function requestCancel(db: Db, runId: string): Promise<boolean> {
  const updated = await db
    .update(runs)
    .set({ cancel_requested: true })
    .where(and(eq(runs.run_id, runId), eq(runs.status, 'running')))
  return updated.rowsAffected === 1
}

/** Deletes an ended run with all it stored and its idempotency key. False when it is unknown or has not ended. */
export async function deleteEndedRun(db: Db, runId: string): Promise<boolean> {
  const ended = and(eq(runs.run_id, runId), inArray(runs.status, ['completed', 'failed', 'cancelled']))
  const endedId = db.select({ run_id: runs.run_id }).from(runs).where(ended)
  const [, deleted] = await db.batch([
    db.delete(idempotencyKeys).where(inArray(idempotencyKeys.run_id, endedId)),
    db.delete(runs).where(ended),
  ])
  return deleted.rowsAffected === 1
}
