import { ViewerMessage } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import { type TestControlPlane, useControlPlane } from '../testing/control-plane.ts'
import { openSocket } from '../testing/socket.ts'

const ALLOWED = 'https://dash.example'
const OTHER = 'https://elsewhere.example'
const PATH = '/api/v1/benchmark/history'

const preflight = (controlPlane: TestControlPlane, Origin: string) =>
  controlPlane.call('OPTIONS', PATH, {
    headers: {
      Origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'x-api-key',
    },
  })

function socketOf(controlPlane: TestControlPlane, origin: string) {
  const url = `${controlPlane.socketUrl}/api/v1/benchmark/ws/run/run_01JDV7Z8K4Q2M6N9P3R5T7W1XY`
  return openSocket(url, ViewerMessage, { headers: { Origin: origin } })
}

const startFrom = (controlPlane: TestControlPlane, Origin: string) =>
  controlPlane.call('POST', '/api/v1/benchmark/run', {
    headers: { Origin },
    body: { server_url: 'http://llm.test', model: 'm' },
  })

describe('without LLM_LOADTEST_CORS_ORIGIN', () => {
  const controlPlane = useControlPlane()

  it('no other origin may read or write anything', async () => {
    const answer = await controlPlane.call('GET', PATH, { headers: { Origin: OTHER } })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, null])
    const asked = await preflight(controlPlane, OTHER)
    expect(asked.headers.get('access-control-allow-origin')).toBeNull()
    expect(asked.status).toBeGreaterThanOrEqual(400)
    expect((await startFrom(controlPlane, OTHER)).status).toBe(403)
    await expect(socketOf(controlPlane, OTHER)).rejects.toMatchObject({ status: 403 })
  })

  it('nor may a page do so that does not say where it is from', async () => {
    for (const headers of [{ Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
      const path = '/api/v1/benchmark/run/run_01JDV7Z8K4Q2M6N9P3R5T7W1XY/cancel'
      const answer = await controlPlane.call('POST', path, {
        headers: Object.fromEntries(Object.entries(headers)),
      })
      expect(answer.status).toBe(403)
    }
  })
})

describe('with LLM_LOADTEST_CORS_ORIGIN', () => {
  const controlPlane = useControlPlane({ LLM_LOADTEST_CORS_ORIGIN: `https://one.example, ${ALLOWED}` })

  it('those origins may call, and are told so before they send a key', async () => {
    const { status, headers } = await preflight(controlPlane, ALLOWED)
    expect([
      status,
      headers.get('access-control-allow-origin'),
      headers.get('access-control-allow-credentials'),
      headers.get('access-control-allow-headers'),
      headers.get('vary'),
    ]).toEqual([
      204,
      ALLOWED,
      null,
      'Authorization,Content-Type,Idempotency-Key,If-None-Match,X-API-Key,X-Request-Id',
      expect.stringContaining('Origin'),
    ])
    const answer = await controlPlane.call('GET', PATH, { headers: { Origin: ALLOWED } })
    expect([
      answer.status,
      answer.headers.get('access-control-allow-origin'),
      answer.headers.get('access-control-expose-headers'),
    ]).toEqual([200, ALLOWED, 'Content-Disposition,ETag,Retry-After,X-Request-Id'])
    expect((await startFrom(controlPlane, ALLOWED)).status).toBe(202)
    await expect(socketOf(controlPlane, ALLOWED)).rejects.toMatchObject({ status: 404 })
  })

  it('errors carry it too, so that the page can read them', async () => {
    const answer = await controlPlane.call('GET', '/api/v1/nothing', { headers: { Origin: ALLOWED } })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([404, ALLOWED])
  })

  it('others still may not', async () => {
    const answer = await controlPlane.call('GET', PATH, { headers: { Origin: OTHER } })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect((await startFrom(controlPlane, OTHER)).status).toBe(403)
    await expect(socketOf(controlPlane, OTHER)).rejects.toMatchObject({ status: 403 })
  })
})
