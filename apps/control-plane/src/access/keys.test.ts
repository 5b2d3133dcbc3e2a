import { ApiKeyCreated, ApiKeyList, type NewApiKey } from '@llm-loadtest/schema'
import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { apiKeys } from '../db/tables.ts'
import { sha256Hex } from '../domain/tokens.ts'
import { problem, useControlPlane } from '../testing/control-plane.ts'
import { waitFor } from '../testing/wait.ts'

const ADMIN = { 'X-API-Key': 'the-key-of-this-test' }
const controlPlane = useControlPlane({ LLM_LOADTEST_API_KEY: ADMIN['X-API-Key'] })

const call = (method: string, path: string, options: { body?: unknown; key?: string } = {}) =>
  controlPlane.call(method, path, {
    headers: options.key === undefined ? ADMIN : { 'X-API-Key': options.key },
    body: options.body,
  })

async function mint(body: NewApiKey) {
  const answer = await call('POST', '/api/v1/keys', { body })
  expect(answer.status).toBe(201)
  return ApiKeyCreated.parse(answer.json())
}

const list = async () => ApiKeyList.parse((await call('GET', '/api/v1/keys')).json()).keys
const worksFor = async (key: string) => (await call('GET', '/api/v1/agents', { key })).status

describe('keys', () => {
  it('are shown once, kept as their hash, and listed newest first with their last use', async () => {
    const first = await mint({ name: 'first', scope: 'read' })
    const { key, ...shown } = await mint({ name: '두 번째', scope: 'run', expires_days: 2 })
    expect(key).toMatch(/^llt_[A-Za-z0-9_-]{43}$/)
    expect(shown.hint).toBe(key.slice(0, 8))
    expect(Date.parse(shown.expires_at ?? '') - Date.parse(shown.created_at)).toBe(2 * 24 * 60 * 60 * 1000)
    const row = await controlPlane.db((db) =>
      db.select().from(apiKeys).where(eq(apiKeys.key_id, shown.key_id)).get(),
    )
    expect(row?.key_hash).toBe(await sha256Hex(key))
    expect(JSON.stringify(row)).not.toContain(key)

    expect(await worksFor(key)).toBe(200)
    const used = await waitFor('the use to be noted', async () => {
      const found = (await list()).find(({ key_id }) => key_id === shown.key_id)
      return found?.last_used_at ? found : undefined
    })
    expect(used).toEqual({ ...shown, last_used_at: used.last_used_at, revoked_at: null })
    const ids = (await list()).map(({ key_id }) => key_id)
    expect(ids.indexOf(shown.key_id)).toBeLessThan(ids.indexOf(first.key_id))
    expect(JSON.stringify(await list())).not.toContain(key)
  })

  it('stop working once revoked, for good', async () => {
    const { key, key_id } = await mint({ name: 'to revoke', scope: 'read' })
    expect(await worksFor(key)).toBe(200)
    expect((await call('DELETE', `/api/v1/keys/${key_id}`)).status).toBe(204)
    expect(await worksFor(key)).toBe(401)
    expect((await list()).find((one) => one.key_id === key_id)?.revoked_at).not.toBeNull()
    const again = await call('DELETE', `/api/v1/keys/${key_id}`)
    expect([again.status, problem(again).code]).toEqual([404, 'not_found'])
  })

  it('stop working when they expire', async () => {
    const { key, key_id } = await mint({ name: 'to expire', scope: 'read', expires_days: 1 })
    expect(await worksFor(key)).toBe(200)
    await controlPlane.db((db) =>
      db.update(apiKeys).set({ expires_at: Date.now() }).where(eq(apiKeys.key_id, key_id)),
    )
    expect(await worksFor(key)).toBe(401)
  })

  it.each([
    [{ name: 'a' }, 'scope'],
    [{ name: '', scope: 'read' }, 'name'],
    [{ name: 'a', scope: 'root' }, 'scope'],
    [{ name: 'a', scope: 'read', expires_days: 0 }, 'expires_days'],
    [{ name: 'a', scope: 'read', key: 'mine' }, 'key'],
  ])('are refused with the field named: %j', async (body, path) => {
    const answer = await call('POST', '/api/v1/keys', { body })
    expect([answer.status, problem(answer).details?.map((detail) => detail.path)]).toEqual([422, [path]])
  })
})
