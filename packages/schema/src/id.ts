import { z } from 'zod'

/** Crockford base32: sorts as text in the order of its numbers, no I, L, O or U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_CHARACTERS = 10
const RANDOM_CHARACTERS = 16

function encodeTime(ms: number): string {
  let text = ''
  let rest = ms
  for (let i = 0; i < TIME_CHARACTERS; i++) {
    text = ALPHABET.charAt(rest % 32) + text
    rest = Math.floor(rest / 32)
  }
  return text
}

/**
 * A new identifier such as `run_01JD…`: a prefix and a ULID (48-bit Unix time in ms, 80 random bits), so that
 * identifiers sort by creation time. Source: https://github.com/ulid/spec
 */
export function newId<P extends string>(prefix: P, nowMs: number = Date.now()): `${P}_${string}` {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_CHARACTERS))
  let random = ''
  for (const byte of bytes) random += ALPHABET.charAt(byte & 31)
  return `${prefix}_${encodeTime(nowMs)}${random}`
}

const ulid = '[0-9A-HJKMNP-TV-Z]{26}'

export const RunId = z
  .string()
  .regex(new RegExp(`^run_${ulid}$`), 'is not a run id (run_ and 26 characters)')
  .meta({
    description: 'Identifier of a run; sorts by creation time.',
    example: 'run_01JDV7Z8K4Q2M6N9P3R5T7W1XY',
  })

export const AgentId = z
  .string()
  .regex(new RegExp(`^agent_${ulid}$`), 'is not an agent id (agent_ and 26 characters)')
  .meta({ description: 'Identifier of an agent.', example: 'agent_01JDV7Z8K4Q2M6N9P3R5T7W1XY' })

export const KeyId = z
  .string()
  .regex(new RegExp(`^key_${ulid}$`), 'is not a key id (key_ and 26 characters)')
  .meta({ description: 'Identifier of an API key.', example: 'key_01JDV7Z8K4Q2M6N9P3R5T7W1XY' })
