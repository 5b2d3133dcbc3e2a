import { type RunConfig, type RunDefinition, shownConfig } from '@llm-loadtest/schema'
import { z } from 'zod'
import { base64OfBytes, bytesOfBase64, hexOfBytes } from './bytes.ts'

const IV_BYTES = 12

/** What of a run definition is secret: its API key, and every header's value. */
export const RunSecrets = z.strictObject({
  api_key: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
})
export type RunSecrets = z.infer<typeof RunSecrets>

/** Splits a definition into what may be shown, with secrets masked, and the secrets (null: none). */
export function splitSecrets(definition: RunDefinition): { config: RunConfig; secrets: RunSecrets | null } {
  const { api_key, headers } = definition
  const secrets =
    api_key === undefined && headers === undefined
      ? null
      : { ...(api_key === undefined ? {} : { api_key }), ...(headers === undefined ? {} : { headers }) }
  return { config: shownConfig(definition), secrets }
}

function importKey(secret: string) {
  return crypto.subtle.importKey('raw', bytesOfBase64(secret), 'AES-GCM', false, ['encrypt', 'decrypt'])
}

/**
 * Encrypts a run's secrets with AES-256-GCM: base64 of a random 96-bit IV and the ciphertext, bound to the
 * run so that one run's secrets cannot be moved to another.
 * @param secret base64 of the 32-byte key
 */
export async function sealSecrets(secret: string, runId: string, secrets: RunSecrets): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const additionalData = new TextEncoder().encode(runId)
  const plain = new TextEncoder().encode(JSON.stringify(secrets))
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData },
    await importKey(secret),
    plain,
  )
  const out = new Uint8Array(IV_BYTES + sealed.byteLength)
  out.set(iv)
  out.set(new Uint8Array(sealed), IV_BYTES)
  return base64OfBytes(out)
}

/**
 * Decrypts what `sealSecrets` made.
 * @throws when the key differs, the text was changed, or it belongs to another run
 */
export async function openSecrets(secret: string, runId: string, sealed: string): Promise<RunSecrets> {
  const bytes = bytesOfBase64(sealed)
  const additionalData = new TextEncoder().encode(runId)
  const plain = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: bytes.slice(0, IV_BYTES), additionalData },
    await importKey(secret),
    bytes.slice(IV_BYTES),
  )
  return RunSecrets.parse(JSON.parse(new TextDecoder().decode(plain)))
}

/** HMAC-SHA-256 of a request body as hex: tells two bodies apart without a digest that could be guessed at. */
export async function bodyFingerprint(secret: string | undefined, body: string): Promise<string> {
  const raw = secret === undefined ? new Uint8Array(1) : bytesOfBase64(secret)
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return hexOfBytes(new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(body))))
}
