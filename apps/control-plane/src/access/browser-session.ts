import type { Db } from '../db/client.ts'
import { insertSession, rotateSession } from '../db/sessions.ts'
import type { LiveKey, Session } from '../domain/principal.ts'
import { newSessionToken, sha256Hex } from '../domain/tokens.ts'

const HOUR_MS = 60 * 60 * 1000
const MAX_AGE_MS = 7 * 24 * HOUR_MS
const ROTATE_AFTER_MS = HOUR_MS
/** How long the token before works on, for requests sent at the same time. */
const GRACE_MS = 60_000

export const secondsLeft = (expiresAtMs: number): number => (expiresAtMs - Date.now()) / 1000

/** Starts a session that lasts a week, or as long as the key does. */
export async function startSession(db: Db, key: LiveKey): Promise<{ token: string; session: Session }> {
  const token = newSessionToken()
  const nowMs = Date.now()
  const session: Session = {
    sessionHash: await sha256Hex(token),
    keyHash: key.keyHash,
    scope: key.scope,
    createdAtMs: nowMs,
    rotatedAtMs: nowMs,
    expiresAtMs: Math.min(nowMs + MAX_AGE_MS, key.expiresAtMs ?? Number.POSITIVE_INFINITY),
  }
  await insertSession(db, session)
  return { token, session }
}

/** Whether the session's token is old enough for another. */
export const isDueForRotation = (session: Session): boolean =>
  session.rotatedAtMs + ROTATE_AFTER_MS <= Date.now()

/** Gives the session another token; null when a request beside this one has. */
export async function freshToken(db: Db, session: Session): Promise<string | null> {
  const token = newSessionToken()
  const next = { sessionHash: await sha256Hex(token), nowMs: Date.now(), graceMs: GRACE_MS }
  return (await rotateSession(db, session, next)) ? token : null
}
