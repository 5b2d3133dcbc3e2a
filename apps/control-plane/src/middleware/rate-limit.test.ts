import { ApiKeyCreated, ControlMessage } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import { type Answer, problem, type TestControlPlane, useControlPlane } from '../testing/control-plane.ts'
import { openSocket } from '../testing/socket.ts'

const KEY = 'the-key-of-this-test'
const HISTORY = '/api/v1/benchmark/history'
// The tests are behind a proxy that is believed, so that each takes an address of its own.
const TRUSTING = { LLM_LOADTEST_TRUSTED_PROXIES: '127.0.0.1' }

async function statuses(count: number, call: () => Promise<Answer>): Promise<number[]> {
  const all: number[] = []
  for (let i = 0; i < count; i++) all.push((await call()).status)
  return all
}

/** The limits start anew at each minute: does over what one has cut in two. */
async function withinOneMinute(work: () => Promise<void>): Promise<void> {
  const minute = () => Math.floor(Date.now() / 60_000)
  const begun = minute()
  try {
    await work()
  } catch (error) {
    if (minute() === begun) throw error
    await work()
  }
}

function expectLimited(answer: Answer): void {
  expect([answer.status, problem(answer).code]).toEqual([429, 'rate_limited'])
  const seconds = Number(answer.headers.get('retry-after'))
  expect(seconds).toBeGreaterThanOrEqual(1)
  expect(seconds).toBeLessThanOrEqual(60)
}

describe('without a key', () => {
  const controlPlane = useControlPlane({ ...TRUSTING, LLM_LOADTEST_RATE_LIMIT: '3' })
  const from = (address: string, path = HISTORY) =>
    controlPlane.call('GET', path, { headers: { 'X-Forwarded-For': address } })

  it('each address has so many requests a minute', () =>
    withinOneMinute(async () => {
      expect(await statuses(3, () => from('203.0.113.1'))).toEqual([200, 200, 200])
      expectLimited(await from('203.0.113.1'))
      expectLimited(await from('203.0.113.1', '/api/v1/health'))
      expect((await from('203.0.113.2')).status).toBe(200)
    }))

  it('an IPv6 network counts as one address', () =>
    withinOneMinute(async () => {
      for (const host of ['1', '2', '3:4']) expect((await from(`2001:db8:1:2::${host}`)).status).toBe(200)
      expectLimited(await from('2001:db8:1:2:9::9'))
      expect((await from('2001:db8:1:3::1')).status).toBe(200)
    }))

  it('pages and their files are not counted', async () => {
    expect(await statuses(5, () => from('203.0.113.3', '/openapi.json'))).toEqual([200, 200, 200, 200, 200])
  })
})

describe('with a key', () => {
  const controlPlane = useControlPlane({
    ...TRUSTING,
    LLM_LOADTEST_API_KEY: KEY,
    LLM_LOADTEST_RATE_LIMIT: '3',
  })

  it('each key has so many requests a minute, from wherever they come', () =>
    withinOneMinute(async () => {
      const mint = () =>
        controlPlane.call('POST', '/api/v1/keys', {
          headers: { 'X-API-Key': KEY },
          body: { name: 'limited', scope: 'read' },
        })
      const [one, two] = [
        ApiKeyCreated.parse((await mint()).json()),
        ApiKeyCreated.parse((await mint()).json()),
      ]
      const use = (key: string, address: string) =>
        controlPlane.call('GET', HISTORY, { headers: { 'X-API-Key': key, 'X-Forwarded-For': address } })
      let address = 0
      expect(await statuses(3, () => use(one.key, `203.0.113.${address++}`))).toEqual([200, 200, 200])
      expectLimited(await use(one.key, '203.0.113.99'))
      expect((await use(two.key, '203.0.113.0')).status).toBe(200)
    }))

  it('whoever has none is counted by address', () =>
    withinOneMinute(async () => {
      const call = () => controlPlane.call('GET', HISTORY, { headers: { 'X-Forwarded-For': '198.51.100.1' } })
      expect(await statuses(3, call)).toEqual([401, 401, 401])
      expectLimited(await call())
    }))
})

describe('wrong keys', () => {
  const controlPlane = useControlPlane({
    ...TRUSTING,
    LLM_LOADTEST_API_KEY: KEY,
    LLM_LOADTEST_AUTH_FAILURE_LIMIT: '2',
  })
  const use = (key: string, address: string) =>
    controlPlane.call('GET', HISTORY, { headers: { 'X-API-Key': key, 'X-Forwarded-For': address } })

  it('are tried so often a minute from an address, and then not even the right one of the environment', () =>
    withinOneMinute(async () => {
      const { key } = await mintKey(controlPlane)
      expect(await statuses(2, () => use('a guess', '203.0.113.1'))).toEqual([401, 401])
      expectLimited(await use('a guess', '203.0.113.1'))
      expectLimited(await use(KEY, '203.0.113.1'))
      expectLimited(await logIn(controlPlane, KEY, '203.0.113.1'))
      // 256 random bits are no guess: who has such a key is not locked out by others at the same address.
      expect((await use(key, '203.0.113.1')).status).toBe(200)
      expect((await use(KEY, '203.0.113.2')).status).toBe(200)
    }))

  it('count when logging in, and an agent its wrong tokens', () =>
    withinOneMinute(async () => {
      const login = () => logIn(controlPlane, 'a guess', '203.0.113.3')
      expect(await statuses(2, login)).toEqual([401, 401])
      expectLimited(await login())
      const join = () =>
        openSocket(`${controlPlane.socketUrl}/api/v1/agents/ws`, ControlMessage, {
          headers: { Authorization: 'Bearer agt_wrong', 'X-Forwarded-For': '203.0.113.4' },
        })
      for (const status of [401, 401, 429]) await expect(join()).rejects.toMatchObject({ status })
    }))
})

async function mintKey(controlPlane: TestControlPlane) {
  const answer = await controlPlane.call('POST', '/api/v1/keys', {
    headers: { 'X-API-Key': KEY },
    body: { name: 'minted', scope: 'read' },
  })
  return ApiKeyCreated.parse(answer.json())
}

function logIn(controlPlane: TestControlPlane, api_key: string, address: string) {
  return controlPlane.call('POST', '/api/v1/session', {
    headers: { 'X-Forwarded-For': address },
    body: { api_key },
  })
}
