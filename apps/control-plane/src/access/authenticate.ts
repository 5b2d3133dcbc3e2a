import type { Db } from '../db/client.ts'
import { findLiveKey } from '../db/keys.ts'
import { findSession } from '../db/sessions.ts'
import { environmentKey, type LiveKey, type Session } from '../domain/principal.ts'
import { isMintedKey, secretsEqual, sha256Hex } from '../domain/tokens.ts'

/** Runs work on the database: it is opened for what needs it only. */
type UseDb = <T>(work: (db: Db) => Promise<T>) => Promise<T>

/**
 * The key that this is, if it works. The environment's, which someone chose and someone may guess, is compared in
 * constant time, and only after `beforeGuess` has let it: minted ones have 256 random bits and are found by their hash.
 */
export async function liveKeyOf(
  given: string,
  environment: string,
  useDb: UseDb,
  beforeGuess: () => void,
): Promise<LiveKey | null> {
  if (isMintedKey(given)) {
    const keyHash = await sha256Hex(given)
    const found = await useDb((db) => findLiveKey(db, keyHash, Date.now()))
    if (found) return found
  }
  beforeGuess()
  return (await secretsEqual(given, environment)) ? environmentKey(await sha256Hex(given)) : null
}

/** The session with this token and its key, if both are valid still. */
export async function liveSessionOf(
  token: string,
  environment: string,
  useDb: UseDb,
): Promise<{ session: Session; key: LiveKey } | null> {
  const [sessionHash, environmentHash] = await Promise.all([sha256Hex(token), sha256Hex(environment)])
  const found = await useDb((db) => findSession(db, sessionHash, Date.now()))
  if (!found) return null
  const { session } = found
  const key = session.keyHash === environmentHash ? environmentKey(environmentHash) : found.key
  return key && { session, key }
}
