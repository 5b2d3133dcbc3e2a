import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { problem, useControlPlane } from './testing/control-plane.ts'
import { ROUTES } from './testing/routes.ts'

const web = mkdtempSync(join(tmpdir(), 'web-'))
mkdirSync(join(web, 'assets'))
writeFileSync(join(web, 'index.html'), '<title>the shell</title>')
writeFileSync(join(web, 'assets', 'app.js'), 'export {}')
afterAll(() => rmSync(web, { recursive: true }))
const controlPlane = useControlPlane({}, web)

describe('the web application', () => {
  it('is served: its files, and its shell for the addresses of its pages', async () => {
    const script = await controlPlane.call('GET', '/assets/app.js')
    expect([script.status, script.text]).toEqual([200, 'export {}'])
    for (const path of ['/', '/history', '/runs/run_01JDV7Z8K4Q2M6N9P3R5T7W1XY']) {
      const page = await controlPlane.call('GET', path)
      expect([page.status, page.text]).toEqual([200, '<title>the shell</title>'])
    }
  })

  it.each([
    '/assets/gone.js',
    '/favicon.ico',
    '/_build/a/b.css',
    '/robots.txt',
  ])('answers 404, not the shell, for the missing file %s', async (path) => {
    const answer = await controlPlane.call('GET', path)
    expect([answer.status, problem(answer).code]).toEqual([404, 'not_found'])
  })
})

describe('paths and methods', () => {
  it('answers 404 as a problem under /api', async () => {
    const answer = await controlPlane.call('GET', '/api/v1/nothing')
    expect([answer.status, problem(answer).code]).toEqual([404, 'not_found'])
  })

  it.each([
    ['PUT', '/api/v1/agents', 'GET, HEAD, POST'],
    ['GET', '/api/v1/benchmark/run', 'POST'],
    ['PATCH', '/api/v1/benchmark/run/anything', 'DELETE, GET, HEAD'],
    ['POST', '/health', 'GET, HEAD'],
    ['DELETE', '/openapi.json', 'GET, HEAD'],
  ])('answers 405 to %s %s with what is allowed', async (method, path, allow) => {
    const answer = await controlPlane.call(method, path)
    expect([answer.status, problem(answer).code, answer.headers.get('allow')]).toEqual([
      405,
      'method_not_allowed',
      allow,
    ])
  })
})

describe('request ids', () => {
  it('are taken from the caller when plain, and made otherwise', async () => {
    const call = (id: string) =>
      controlPlane.call('GET', '/api/v1/nothing', { headers: { 'X-Request-Id': id } })
    const given = await call('my-id.1')
    expect([given.headers.get('x-request-id'), problem(given).request_id]).toEqual(['my-id.1', 'my-id.1'])
    const made = await call('no spaces "please"')
    expect(made.headers.get('x-request-id')).toMatch(/^req_[0-9A-Z]{26}$/)
    expect(problem(made).request_id).toBe(made.headers.get('x-request-id'))
  })

  it('are in one JSON log line for each request', async () => {
    await controlPlane.call('GET', '/api/v1/agents', { headers: { 'X-Request-Id': 'logged-1' } })
    await expect
      .poll(() => controlPlane.logLines.filter((line) => line.includes('logged-1')).length, { timeout: 5000 })
      .toBe(1)
    const line = controlPlane.logLines.find((text) => text.includes('logged-1')) ?? ''
    expect(JSON.parse(line)).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      level: 'info',
      msg: 'request',
      request_id: 'logged-1',
      method: 'GET',
      route: '/api/v1/agents',
      status: 200,
      ms: expect.any(Number),
    })
  })
})

describe('documentation', () => {
  type Operation = { responses: Record<string, { content?: Record<string, { schema: unknown }> }> }
  const document = async () => Object((await controlPlane.call('GET', '/openapi.json')).json())

  it('describes every route, its errors as problems', async () => {
    const { openapi, paths, components } = await document()
    expect(openapi).toBe('3.1.0')
    const operations = Object.entries<Record<string, Operation>>(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    )
    // Health at both addresses, the agents' socket, logging in and out.
    expect(operations.length).toBe(ROUTES.length + 5)
    for (const { path, operation } of operations) {
      for (const [status, response] of Object.entries(operation.responses)) {
        if (Number(status) < 400 || path.endsWith('/health')) continue
        expect(response.content?.['application/json']?.schema).toEqual({
          $ref: '#/components/schemas/Problem',
        })
      }
    }
    expect(Object.keys(components.securitySchemes)).toEqual(['apiKey', 'bearer', 'session', 'agentToken'])
    const references = JSON.stringify([paths, components]).matchAll(/"#\/components\/schemas\/([^"]+)"/g)
    for (const [, name] of references) expect(components.schemas).toHaveProperty([name ?? ''])
  })

  it('is browsable with nothing from elsewhere', async () => {
    const page = await controlPlane.call('GET', '/docs')
    expect(page.status).toBe(200)
    for (const { path } of ROUTES.slice(0, 1)) expect(page.text).toContain(path)
    expect(page.text).not.toMatch(/<script|(src|href)="(https?:)?\/\//)
  })
})

it('tells its health at both addresses', async () => {
  for (const path of ['/health', '/api/v1/health']) {
    expect((await controlPlane.call('GET', path)).json()).toEqual({
      status: 'ok',
      version: '0.1.0',
      database: 'ok',
      cache: 'edge',
      agents_online: 0,
    })
  }
})
