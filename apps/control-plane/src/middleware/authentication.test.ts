import { ViewerMessage } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import { problem, useControlPlane } from '../testing/control-plane.ts'
import { ROUTES } from '../testing/routes.ts'
import { openSocket } from '../testing/socket.ts'

const KEY = 'the-key-of-this-test'
const controlPlane = useControlPlane({ LLM_LOADTEST_API_KEY: KEY })
const calls = ROUTES.map((route) => ({ ...route, name: `${route.method} ${route.path}` }))

describe.each(calls)('$name', ({ method, path, body }) => {
  it('answers 401 without a key and with a wrong one', async () => {
    const wrong = [
      {},
      { 'X-API-Key': 'wrong' },
      { 'X-API-Key': `${KEY}x` },
      { Authorization: `Basic ${KEY}` },
    ]
    for (const headers of wrong) {
      const answer = await controlPlane.call(method, path, {
        body,
        headers: Object.fromEntries(Object.entries(headers)),
      })
      expect([answer.status, problem(answer).code]).toEqual([401, 'unauthorized'])
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    }
  })

  it('lets the key in, in either header', async () => {
    for (const headers of [{ 'X-API-Key': KEY }, { Authorization: `Bearer ${KEY}` }]) {
      const answer = await controlPlane.call(method, path, {
        body,
        headers: Object.fromEntries(Object.entries(headers)),
      })
      expect(answer.status).not.toBe(401)
    }
  })
})

it('asks for the key before it tells whether a path exists', async () => {
  expect((await controlPlane.call('GET', '/api/v1/nothing')).status).toBe(401)
})

it('asks a viewer for the key at the handshake', async () => {
  const url = `${controlPlane.socketUrl}/api/v1/benchmark/ws/run/run_01JDV7Z8K4Q2M6N9P3R5T7W1XY`
  await expect(openSocket(url, ViewerMessage)).rejects.toMatchObject({ status: 401 })
  const headers = { 'X-API-Key': KEY }
  await expect(openSocket(url, ViewerMessage, { headers })).rejects.toMatchObject({ status: 404 })
})

it('leaves health and documentation open', async () => {
  for (const path of ['/health', '/api/v1/health', '/docs', '/openapi.json']) {
    expect((await controlPlane.call('GET', path)).status).toBe(200)
  }
})
