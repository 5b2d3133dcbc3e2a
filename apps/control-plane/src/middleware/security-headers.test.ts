import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ViewerMessage } from '@llm-loadtest/schema'
import { afterAll, expect, it } from 'vitest'
import { useControlPlane } from '../testing/control-plane.ts'
import { openSocket } from '../testing/socket.ts'

const web = mkdtempSync(join(tmpdir(), 'web-'))
writeFileSync(join(web, 'index.html'), '<title>the shell</title>')
writeFileSync(join(web, 'boot.js'), 'export {}')
afterAll(() => rmSync(web, { recursive: true }))
const controlPlane = useControlPlane({}, web)

const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; " +
  "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"

it.each([
  ['/', 200, PAGE_POLICY],
  ['/history', 200, PAGE_POLICY],
  ['/boot.js', 200, DATA_POLICY],
  ['/gone.js', 404, DATA_POLICY],
  ['/api/v1/benchmark/history', 200, DATA_POLICY],
  ['/api/v1/nothing', 404, DATA_POLICY],
  ['/openapi.json', 200, DATA_POLICY],
])('are on %s', async (path, status, policy) => {
  const { status: given, headers } = await controlPlane.call('GET', path)
  expect(given).toBe(status)
  const names = [
    'content-security-policy',
    'x-content-type-options',
    'x-frame-options',
    'referrer-policy',
    'cross-origin-opener-policy',
    'cross-origin-resource-policy',
    'strict-transport-security',
  ]
  expect(names.map((name) => headers.get(name))).toEqual([
    policy,
    'nosniff',
    'DENY',
    'no-referrer',
    'same-origin',
    'same-origin',
    null,
  ])
})

it('let the reference have its own style sheet and nothing else', async () => {
  const { headers } = await controlPlane.call('GET', '/docs')
  expect(headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; img-src data:; base-uri 'none'; frame-ancestors 'none'$/,
  )
})

it('keep what the API answers out of caches, unless the route knows better', async () => {
  const history = await controlPlane.call('GET', '/api/v1/benchmark/history')
  expect(history.headers.get('cache-control')).toBe('no-store')
  const runId = await controlPlane.startRun()
  const result = await controlPlane.call('GET', `/api/v1/benchmark/result/${runId}`)
  expect(result.headers.get('cache-control')).toBe('private, no-cache')
})

it('leave a socket alone', async () => {
  const runId = await controlPlane.startRun()
  const socket = await openSocket(`${controlPlane.socketUrl}/api/v1/benchmark/ws/run/${runId}`, ViewerMessage)
  const snapshot = await socket.take('the snapshot', (message) => message.type === 'snapshot')
  expect(snapshot.type).toBe('snapshot')
})
