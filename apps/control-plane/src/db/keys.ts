import type { ApiKeyView, Scope } from '@llm-loadtest/schema'
import { and, desc, eq, gt, inArray, isNull, or } from 'drizzle-orm'
import type { LiveKey } from '../domain/principal.ts'
import type { Db } from './client.ts'
import { instant } from './run-view.ts'
import { apiKeys, sessions } from './tables.ts'

export type NewKeyRow = {
  keyId: string
  name: string
  keyHash: string
  hint: string
  scope: Scope
  createdAtMs: number
  expiresAtMs: number | null
}

export async function insertKey(db: Db, key: NewKeyRow): Promise<void> {
  await db.insert(apiKeys).values({
    key_id: key.keyId,
    name: key.name,
    key_hash: key.keyHash,
    hint: key.hint,
    scope: key.scope,
    created_at: key.createdAtMs,
    expires_at: key.expiresAtMs,
  })
}

/** Neither revoked nor expired. */
export const isLive = (nowMs: number) =>
  and(isNull(apiKeys.revoked_at), or(isNull(apiKeys.expires_at), gt(apiKeys.expires_at, nowMs)))

export function liveKey(row: typeof apiKeys.$inferSelect): LiveKey {
  return {
    keyId: row.key_id,
    name: row.name,
    scope: row.scope,
    keyHash: row.key_hash,
    expiresAtMs: row.expires_at,
    lastUsedAtMs: row.last_used_at,
  }
}

/** The key with this hash, if it still works. */
export async function findLiveKey(db: Db, keyHash: string, nowMs: number): Promise<LiveKey | undefined> {
  const row = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.key_hash, keyHash), isLive(nowMs)))
    .get()
  return row && liveKey(row)
}

/** All keys, those revoked and expired too, newest first. */
export async function listKeys(db: Db): Promise<ApiKeyView[]> {
  const rows = await db.select().from(apiKeys).orderBy(desc(apiKeys.created_at), desc(apiKeys.key_id))
  return rows.map((row) => ({
    key_id: row.key_id,
    name: row.name,
    scope: row.scope,
    hint: row.hint,
    created_at: new Date(row.created_at).toISOString(),
    expires_at: instant(row.expires_at),
    last_used_at: instant(row.last_used_at),
    revoked_at: instant(row.revoked_at),
  }))
}

/** Revokes a key for good, and ends the sessions that came from it. False when it is unknown or was revoked before. */
export async function revokeKey(db: Db, keyId: string, nowMs: number): Promise<boolean> {
  const hash = db.select({ hash: apiKeys.key_hash }).from(apiKeys).where(eq(apiKeys.key_id, keyId))
  const [updated] = await db.batch([
    db
      .update(apiKeys)
      .set({ revoked_at: nowMs })
      .where(and(eq(apiKeys.key_id, keyId), isNull(apiKeys.revoked_at))),
    db.delete(sessions).where(inArray(sessions.key_hash, hash)),
  ])
  return updated.rowsAffected === 1
}

export async function recordKeyUse(db: Db, keyId: string, nowMs: number): Promise<void> {
  await db.update(apiKeys).set({ last_used_at: nowMs }).where(eq(apiKeys.key_id, keyId))
}
