import type { ApiKeyCreated, ApiKeyView, NewApiKey } from '@llm-loadtest/schema'
import { mintKey } from '../access/mint-key.ts'
import { withDb } from '../db/client.ts'
import { listKeys, revokeKey } from '../db/keys.ts'

type Database = { url: string; authToken: string }

const address = ({ url, authToken }: Database) => ({
  databaseUrl: url,
  databaseToken: authToken || undefined,
})

/** Makes an API key; it is in the answer and nowhere else. */
export function createKey(database: Database, wanted: NewApiKey): Promise<ApiKeyCreated> {
  return withDb(address(database), (db) => mintKey(db, wanted))
}

/** All API keys, newest first. */
export function listApiKeys(database: Database): Promise<ApiKeyView[]> {
  return withDb(address(database), listKeys)
}

/** Revokes an API key. False when it is unknown or was revoked before. */
export function revokeApiKey(database: Database, keyId: string): Promise<boolean> {
  return withDb(address(database), (db) => revokeKey(db, keyId, Date.now()))
}
