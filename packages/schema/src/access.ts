import { z } from 'zod'
import { KeyId } from './id.ts'
import { labelText } from './label.ts'

const SCOPES = ['read', 'run', 'admin'] as const

/** What a key may do; each scope includes those before it. */
export const Scope = z
  .enum(SCOPES)
  .meta({ description: 'read: look; run: start, cancel and delete runs too; admin: agents and keys too.' })
export type Scope = z.infer<typeof Scope>

/** Whether a scope includes another. */
export function scopeIncludes(held: Scope, needed: Scope): boolean {
  return SCOPES.indexOf(held) >= SCOPES.indexOf(needed)
}

const MAX_EXPIRY_DAYS = 3650

export const NewApiKey = z
  .strictObject({
    name: labelText(100),
    scope: Scope,
    expires_days: z
      .int()
      .min(1)
      .max(MAX_EXPIRY_DAYS)
      .optional()
      .meta({ description: 'Days until it stops working; never when left out.' }),
  })
  .meta({ id: 'NewApiKey' })
export type NewApiKey = z.infer<typeof NewApiKey>

const shown = {
  key_id: KeyId,
  name: z.string(),
  scope: Scope,
  hint: z.string().meta({ description: 'How the key begins, to tell it from others.', example: 'llt_Zk3w' }),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
}

export const ApiKeyView = z
  .strictObject({
    ...shown,
    last_used_at: z.iso.datetime().nullable().meta({ description: 'To the minute.' }),
    revoked_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ApiKeyView' })
export type ApiKeyView = z.infer<typeof ApiKeyView>

export const ApiKeyList = z.strictObject({ keys: z.array(ApiKeyView) }).meta({ id: 'ApiKeyList' })

export const ApiKeyCreated = z
  .strictObject({
    ...shown,
    key: z.string().meta({ description: 'Shown this once; only its SHA-256 is kept.' }),
  })
  .meta({ id: 'ApiKeyCreated' })
export type ApiKeyCreated = z.infer<typeof ApiKeyCreated>

export const NewSession = z.strictObject({ api_key: z.string().min(1).max(1000) }).meta({ id: 'NewSession' })

export const SessionView = z
  .strictObject({
    open: z.boolean().meta({ description: 'No key is set: everyone may do everything.' }),
    scope: Scope,
    name: z.string().nullable().meta({ description: 'Of the key in use; null when open.' }),
    expires_at: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'Of the browser session; null without one.' }),
  })
  .meta({ id: 'SessionView' })
export type SessionView = z.infer<typeof SessionView>
