import { RunDefinition } from '@llm-loadtest/schema'
import { expect, it } from 'vitest'
import { base64OfBytes } from './bytes.ts'
import { bodyFingerprint, openSecrets, sealSecrets, splitSecrets } from './secrets.ts'

const newSecret = () => base64OfBytes(crypto.getRandomValues(new Uint8Array(32)))
const SECRETS = { api_key: 'sk-abcdefghijkl', headers: { 'X-Key': 'value' } }

it('opens what it sealed, and seals the same secrets differently each time', async () => {
  const secret = newSecret()
  const [a, b] = [await sealSecrets(secret, 'run_1', SECRETS), await sealSecrets(secret, 'run_1', SECRETS)]
  expect(a).not.toBe(b)
  expect(await openSecrets(secret, 'run_1', a)).toEqual(SECRETS)
})

it('opens nothing with another key, for another run, or changed', async () => {
  const secret = newSecret()
  const sealed = await sealSecrets(secret, 'run_1', SECRETS)
  const changed = `${sealed.startsWith('A') ? 'B' : 'A'}${sealed.slice(1)}`
  await expect(openSecrets(newSecret(), 'run_1', sealed)).rejects.toThrow()
  await expect(openSecrets(secret, 'run_2', sealed)).rejects.toThrow()
  await expect(openSecrets(secret, 'run_1', changed)).rejects.toThrow()
})

it('splits a definition into what may be shown and what may not', () => {
  const definition = RunDefinition.parse({ server_url: 'http://x', model: 'm', ...SECRETS })
  const { config, secrets } = splitSecrets(definition)
  expect(secrets).toEqual(SECRETS)
  expect(config).toEqual({ ...config, api_key: 'sk-…ijkl', headers: { 'X-Key': '…' } })
  expect(splitSecrets(RunDefinition.parse({ server_url: 'http://x', model: 'm' })).secrets).toBeNull()
})

it('tells bodies apart, and depends on the key', async () => {
  const secret = newSecret()
  expect(await bodyFingerprint(secret, 'a')).toBe(await bodyFingerprint(secret, 'a'))
  expect(await bodyFingerprint(secret, 'a')).not.toBe(await bodyFingerprint(secret, 'b'))
  expect(await bodyFingerprint(secret, 'a')).not.toBe(await bodyFingerprint(undefined, 'a'))
})
