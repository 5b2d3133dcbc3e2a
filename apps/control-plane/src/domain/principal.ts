import type { Scope } from '@llm-loadtest/schema'

/** A key that works now; times in Unix ms. */
export type LiveKey = {
  /** Null: the key of the environment, LLM_LOADTEST_API_KEY. */
  keyId: string | null
  name: string
  scope: Scope
  /** SHA-256, hex. */
  keyHash: string
  expiresAtMs: number | null
  lastUsedAtMs: number | null
}

/** A browser's session; times in Unix ms. */
export type Session = {
  /** SHA-256 of the cookie's token, hex. */
  sessionHash: string
  keyHash: string
  scope: Scope
  createdAtMs: number
  rotatedAtMs: number
  expiresAtMs: number
}

/** Who makes a request. `open`: no key is set, so that everyone may do everything. */
export type Principal = { kind: 'open' } | { kind: 'key'; key: LiveKey; session: Session | null }

export const ENVIRONMENT_KEY_NAME = 'LLM_LOADTEST_API_KEY'

/** The key of the environment, which may do everything. */
export function environmentKey(keyHash: string): LiveKey {
  return {
    keyId: null,
    name: ENVIRONMENT_KEY_NAME,
    scope: 'admin',
    keyHash,
    expiresAtMs: null,
    lastUsedAtMs: null,
  }
}

/** What a principal may do. */
export function scopeOf(principal: Principal): Scope {
  if (principal.kind === 'open') return 'admin'
  return principal.session?.scope ?? principal.key.scope
}
