import { ApiKeyCreated, type Scope } from '@llm-loadtest/schema'
import { beforeAll, describe, expect, it } from 'vitest'
import { problem, useControlPlane } from '../testing/control-plane.ts'
import { ROUTES } from '../testing/routes.ts'

const controlPlane = useControlPlane({ LLM_LOADTEST_API_KEY: 'the-key-of-this-test' })
const ADMIN = { 'X-API-Key': 'the-key-of-this-test' }
const keys: Partial<Record<Scope, string>> = {}

beforeAll(async () => {
  for (const scope of ['read', 'run', 'admin'] as const) {
    const body = { name: scope, scope }
    const answer = await controlPlane.call('POST', '/api/v1/keys', { headers: ADMIN, body })
    keys[scope] = ApiKeyCreated.parse(answer.json()).key
  }
})

/** The least scope of a call, said here once more so that the routes cannot change it unnoticed. */
function leastScope(method: string, path: string): Scope {
  if (path.startsWith('/api/v1/keys')) return 'admin'
  if (method === 'GET' || path.endsWith('/compare')) return 'read'
  return path.startsWith('/api/v1/agents') ? 'admin' : 'run'
}

describe.each(
  ROUTES.map((route) => ({ ...route, name: `${route.method} ${route.path}` })),
)('$name', (route) => {
  const { method, path, body } = route
  const least = leastScope(method, path)

  it(`takes the scope ${least} and those above it, and no other`, async () => {
    const refused: string[] = []
    for (const scope of ['read', 'run', 'admin'] as const) {
      const headers = { 'X-API-Key': keys[scope] ?? '' }
      const answer = await controlPlane.call(method, path, { headers, body })
      expect(answer.status).not.toBe(401)
      if (answer.status !== 403) continue
      refused.push(scope)
      expect(problem(answer).message).toBe(
        `This needs a key with the scope “${least}”; this one has “${scope}”.`,
      )
    }
    expect(refused).toEqual({ read: [], run: ['read'], admin: ['read', 'run'] }[least])
  })
})

it('is asked for by every route of the API that is not open by design', async () => {
  type Operation = { security?: object[]; 'x-scope'?: string }
  const { paths } = Object((await controlPlane.call('GET', '/openapi.json')).json())
  const unguarded = Object.entries<Record<string, Operation>>(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      operation['x-scope'] === undefined ? [`${method.toUpperCase()} ${path}`] : [],
    ),
  )
  expect(unguarded.sort()).toEqual([
    'DELETE /api/v1/session',
    'GET /api/v1/agents/ws',
    'GET /api/v1/health',
    'GET /health',
    'POST /api/v1/session',
  ])
})
