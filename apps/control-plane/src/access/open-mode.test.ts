import { request } from 'node:http'
import { SessionView } from '@llm-loadtest/schema'
import { describe, expect, it } from 'vitest'
import { problem, type TestControlPlane, useControlPlane } from '../testing/control-plane.ts'

/** The status of a GET under another name for the same address, as a browser sends it after DNS rebinding. */
function statusFor(controlPlane: TestControlPlane, host: string): Promise<number | undefined> {
  const { hostname, port } = new URL(controlPlane.url)
  return new Promise((resolve, reject) => {
    const call = request(
      { hostname, port, path: '/api/v1/agents', agent: false, headers: { Host: host } },
      (response) => {
        response.resume()
        resolve(response.statusCode)
      },
    )
    call.on('error', reject)
    call.end()
  })
}

describe('without a key', () => {
  const controlPlane = useControlPlane()

  it('says that it is open, and has no use for one', async () => {
    const shown = await controlPlane.call('GET', '/api/v1/session')
    expect(SessionView.parse(shown.json())).toEqual({
      open: true,
      scope: 'admin',
      name: null,
      expires_at: null,
    })
    const answer = await controlPlane.call('POST', '/api/v1/session', { body: { api_key: 'any' } })
    expect([answer.status, problem(answer).code]).toEqual([409, 'conflict'])
  })

  it('answers this machine by its own names only', async () => {
    const names = [
      'localhost:1',
      '127.0.0.1',
      '[::1]:80',
      'app.localhost',
      'rebound.example',
      '10.0.0.7:8787',
    ]
    const statuses = await Promise.all(names.map((name) => statusFor(controlPlane, name)))
    expect(statuses).toEqual([200, 200, 200, 200, 403, 403])
  })
})

describe('without a key, and LLM_LOADTEST_ALLOW_OPEN=1', () => {
  const controlPlane = useControlPlane({ LLM_LOADTEST_ALLOW_OPEN: '1' })

  it('answers by any name', async () => {
    expect(await statusFor(controlPlane, 'gpu-box.example')).toBe(200)
  })
})
