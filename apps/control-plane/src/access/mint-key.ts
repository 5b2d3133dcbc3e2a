import { type ApiKeyCreated, type NewApiKey, newId } from '@llm-loadtest/schema'
import type { Db } from '../db/client.ts'
import { insertKey } from '../db/keys.ts'
import { instant } from '../db/run-view.ts'
import { keyHint, newApiKey, sha256Hex } from '../domain/tokens.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Makes a key. It is in the answer and nowhere else: only its hash is stored. */
export async function mintKey(db: Db, wanted: NewApiKey): Promise<ApiKeyCreated> {
  const { name, scope, expires_days } = wanted
  const key = newApiKey()
  const keyId = newId('key')
  const hint = keyHint(key)
  const createdAtMs = Date.now()
  const expiresAtMs = expires_days === undefined ? null : createdAtMs + expires_days * DAY_MS
  await insertKey(db, { keyId, name, keyHash: await sha256Hex(key), hint, scope, createdAtMs, expiresAtMs })
  return {
    key_id: keyId,
    name,
    scope,
    hint,
    created_at: new Date(createdAtMs).toISOString(),
    expires_at: instant(expiresAtMs),
    key,
  }
}
