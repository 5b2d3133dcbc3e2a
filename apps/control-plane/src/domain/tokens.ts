import { base64OfBytes, base64UrlOfBytes, hexOfBytes } from './bytes.ts'

const TOKEN_BYTES = 32

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

/** SHA-256 of a text as lower-case hex: how tokens are stored. */
export async function sha256Hex(text: string): Promise<string> {
  return hexOfBytes(await sha256(text))
}

/** The same as base64: how a Content-Security-Policy names what it allows. */
export async function sha256Base64(text: string): Promise<string> {
  return base64OfBytes(await sha256(text))
}

/** 256 random bits. */
function newToken(prefix: string): string {
  return `${prefix}_${base64UrlOfBytes(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)))}`
}

export const newAgentToken = (): string => newToken('agt')
export const newApiKey = (): string => newToken('llt')
export const newSessionToken = (): string => newToken('ses')

/** Whether a key has the shape of those `newApiKey` makes: of such a one nobody guesses 256 bits. */
export function isMintedKey(key: string): boolean {
  return /^llt_[A-Za-z0-9_-]{43}$/.test(key)
}

/** How a key begins: enough to tell it from others, of no use to guess the rest. */
export const keyHint = (key: string): string => key.slice(0, 8)

/** Whether two secrets are equal, in a time that depends on neither: their digests are compared whole. */
export async function secretsEqual(given: string, expected: string): Promise<boolean> {
  const [a, b] = await Promise.all([sha256(given), sha256(expected)])
  let difference = 0
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0xff)
  return difference === 0
}

/** The token of an `Authorization: Bearer` header, or null. */
export function bearerToken(header: string | null | undefined): string | null {
  return /^Bearer +([^\s]+)$/i.exec(header ?? '')?.[1] ?? null
}
