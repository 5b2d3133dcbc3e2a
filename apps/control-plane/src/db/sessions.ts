import { and, eq, gt, lte, sql } from 'drizzle-orm'
import type { LiveKey, Session } from '../domain/principal.ts'
import type { Db } from './client.ts'
import { isLive, liveKey } from './keys.ts'
import { apiKeys, sessions } from './tables.ts'

/** Stores a session, and drops those that have expired. */
export async function insertSession(db: Db, session: Session): Promise<void> {
  await db.batch([
    db.delete(sessions).where(lte(sessions.expires_at, session.createdAtMs)),
    db.insert(sessions).values({
      session_hash: session.sessionHash,
      key_hash: session.keyHash,
      scope: session.scope,
      created_at: session.createdAtMs,
      rotated_at: session.rotatedAtMs,
      expires_at: session.expiresAtMs,
    }),
  ])
}

/** A session that has not expired, and its key: null when no minted key that works has that hash. */
export async function findSession(
  db: Db,
  sessionHash: string,
  nowMs: number,
): Promise<{ session: Session; key: LiveKey | null } | undefined> {
  const found = await db
    .select()
    .from(sessions)
    .leftJoin(apiKeys, and(eq(apiKeys.key_hash, sessions.key_hash), isLive(nowMs)))
    .where(and(eq(sessions.session_hash, sessionHash), gt(sessions.expires_at, nowMs)))
    .get()
  if (!found) return undefined
  const { session_hash, key_hash, scope, created_at, rotated_at, expires_at } = found.sessions
  return {
    session: {
      sessionHash: session_hash,
      keyHash: key_hash,
      scope,
      createdAtMs: created_at,
      rotatedAtMs: rotated_at,
      expiresAtMs: expires_at,
    },
    key: found.api_keys && liveKey(found.api_keys),
  }
}

/**
 * Gives a session another token. The one before works for `graceMs` more, for requests that are under way with it.
 * False when another request has done so since the session was read: its token counts.
 */
export async function rotateSession(
  db: Db,
  session: Session,
  next: { sessionHash: string; nowMs: number; graceMs: number },
): Promise<boolean> {
  const { sessionHash, nowMs, graceMs } = next
  const unrotated = and(
    eq(sessions.session_hash, session.sessionHash),
    eq(sessions.rotated_at, session.rotatedAtMs),
  )
  const successor = db
    .select({
      session_hash: sql<string>`${sessionHash}`.as('session_hash'),
      key_hash: sessions.key_hash,
      scope: sessions.scope,
      created_at: sessions.created_at,
      rotated_at: sql<number>`${nowMs}`.as('rotated_at'),
      expires_at: sessions.expires_at,
    })
    .from(sessions)
    .where(unrotated)
  const [inserted] = await db.batch([
    db.insert(sessions).select(successor),
    db
      .update(sessions)
      .set({ rotated_at: nowMs, expires_at: Math.min(session.expiresAtMs, nowMs + graceMs) })
      .where(unrotated),
  ])
  return inserted.rowsAffected === 1
}

export async function deleteSession(db: Db, sessionHash: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.session_hash, sessionHash))
}
