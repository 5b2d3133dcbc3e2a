import { expect, it } from 'vitest'
import { bearerToken, newAgentToken, secretsEqual, sha256Hex } from './tokens.ts'

it('hashes as SHA-256 does', async () => {
  expect(await sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

it('mints tokens of 256 bits, each another', () => {
  expect(newAgentToken()).toMatch(/^agt_[A-Za-z0-9_-]{43}$/)
  expect(newAgentToken()).not.toBe(newAgentToken())
})

it('compares whole secrets', async () => {
  expect(await secretsEqual('key', 'key')).toBe(true)
  expect(await secretsEqual('key', 'keys')).toBe(false)
  expect(await secretsEqual('', 'key')).toBe(false)
})

it('reads a bearer token and nothing else', () => {
  expect(bearerToken('Bearer abc')).toBe('abc')
  expect(bearerToken('bearer  abc')).toBe('abc')
  expect(bearerToken('Basic abc')).toBeNull()
  expect(bearerToken('Bearer a b')).toBeNull()
  expect(bearerToken(undefined)).toBeNull()
})
