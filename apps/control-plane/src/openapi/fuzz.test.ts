import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import document from '../../../../packages/client/openapi.json' with { type: 'json' }
import { type Answer, useControlPlane } from '../testing/control-plane.ts'
import { endedRun } from '../testing/ended-run.ts'
import { SchemaArbitraries } from '../testing/schema-arbitrary.ts'

const Parameter = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().default(false),
  schema: z.unknown(),
})
const Operation = z.looseObject({
  parameters: z.array(Parameter).default([]),
  requestBody: z
    .object({ content: z.object({ 'application/json': z.object({ schema: z.unknown() }) }) })
    .optional(),
  responses: z.record(z.string(), z.looseObject({ content: z.record(z.string(), z.unknown()).optional() })),
})
type Operation = z.infer<typeof Operation>

const Paths = z.record(z.string(), z.record(z.string(), Operation))
const OPERATIONS = Object.entries(Paths.parse(document.paths)).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
)
const arbitraries = new SchemaArbitraries(document.components.schemas)
const ajv = addFormats.default(new Ajv2020({ strict: false }))
ajv.addSchema(document, 'document')

const controlPlane = useControlPlane()
/** Names of things that exist, so that not every path ends in 404. */
const existing: Record<string, string[]> = {}

beforeAll(async () => {
  const { agent_id } = await controlPlane.mintAgent()
  existing['agent_id'] = [agent_id]
  existing['run_id'] = [await endedRun(controlPlane), await controlPlane.startRun({ agent_id })]
})

type Request = { path: string; headers: Record<string, string>; body: unknown }

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Only what a client can send: others refuse the rest before it is on the wire. */
const headerText = (value: unknown): string => asText(value).replaceAll(/[^\x21-\x7e]/g, '')

function requests(path: string, { parameters, requestBody }: Operation): fc.Arbitrary<Request> {
  const of = (place: 'path' | 'query' | 'header') =>
    fc.record(
      Object.fromEntries(
        parameters
          .filter((parameter) => parameter.in === place)
          .map(({ name, required, schema }) => {
            const known = existing[name]
            const values = arbitraries.valuesOf(schema)
            const value = known
              ? fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, values)
              : values
            return [name, required ? value : fc.option(value, { nil: undefined })]
          }),
      ),
    )
  const body = requestBody
    ? arbitraries.valuesOf(requestBody.content['application/json'].schema)
    : fc.constant(undefined)
  return fc.tuple(of('path'), of('query'), of('header'), body).map(([inPath, inQuery, inHeader, body]) => {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) =>
      encodeURIComponent(asText(inPath[name]).toWellFormed() || '-'),
    )
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(inQuery)) {
      if (value !== undefined) query.set(name, asText(value))
    }
    const headers = Object.entries(inHeader).filter(([, value]) => value !== undefined)
    return {
      path: `${filled}?${query}`,
      headers: Object.fromEntries(headers.map(([name, value]) => [name, headerText(value)])),
      body,
    }
  })
}

const pointer = (...parts: string[]) =>
  parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')

/** What the requests were answered with: a test that never gets past 422 would prove little. */
const seen: Record<string, Set<number>> = {}

/** Fails unless the document has this status for the operation, with a body of this type and shape. */
function expectDescribed(answer: Answer, { method, path, operation }: (typeof OPERATIONS)[number]): void {
  const status = String(answer.status)
  seen[`${method} ${path}`] = (seen[`${method} ${path}`] ?? new Set()).add(answer.status)
  const type = answer.headers.get('content-type')?.split(';')[0]
  expect(Object.keys(operation.responses), answer.text).toContain(status)
  expect(answer.status, answer.text).toBeLessThan(500)
  expect(answer.headers.get('x-request-id')).toBeTruthy()
  const { content } = operation.responses[status] ?? {}
  if (!content) {
    expect(answer.text).toBe('')
    return
  }
  expect(Object.keys(content)).toContain(type)
  if (type !== 'application/json') return
  const schema = pointer('paths', path, method, 'responses', status, 'content', type, 'schema')
  const valid = ajv.compile({ $ref: `document#${schema}` })
  expect(valid(answer.json()), `${ajv.errorsText(valid.errors)} in ${answer.text.slice(0, 500)}`).toBe(true)
}

const call = (method: string, { path, headers, body }: Request) =>
  controlPlane.call(method.toUpperCase(), path, {
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(structuredClone(document))
    expect(errors ?? null).toBeNull()
    expect([valid, validator.version]).toEqual([true, '3.1'])
  })

  it.each(OPERATIONS)('describes what $method $path answers to anything', async (one) => {
    await fc.assert(
      fc.asyncProperty(requests(one.path, one.operation), async (request) => {
        expectDescribed(await call(one.method, request), one)
      }),
      { numRuns: 25, seed: Number(process.env['FUZZ_SEED'] ?? 20_260_101) },
    )
  }, 60_000)

  it('was asked in earnest', () => {
    const got = (operation: string) => [...(seen[operation] ?? [])]
    expect(got('post /api/v1/benchmark/run')).toEqual(expect.arrayContaining([202, 422]))
    expect(got('post /api/v1/agents')).toEqual(expect.arrayContaining([201, 422]))
    expect(got('get /api/v1/benchmark/result/{run_id}')).toEqual(expect.arrayContaining([200, 404]))
    expect(got('get /api/v1/benchmark/history')).toEqual(expect.arrayContaining([200, 422]))
  })

  it.each(
    OPERATIONS.filter(({ operation }) => operation.requestBody),
  )('describes what $method $path answers to a body that is none', async (one) => {
    const path = one.path.replaceAll(/\{(\w+)\}/g, (_, name) => existing[name]?.[0] ?? '-')
    const bodies = [
      '',
      '{',
      'null',
      '[]',
      '"text"',
      '\ufeff{}',
      '[[['.repeat(20_000),
      `"${'x'.repeat(3_000_000)}"`,
    ]
    for (const body of bodies)
      expectDescribed(await controlPlane.call(one.method.toUpperCase(), path, { body }), one)
    const headers = { 'Content-Type': 'text/plain' }
    expectDescribed(await controlPlane.call(one.method.toUpperCase(), path, { body: '{}', headers }), one)
  })
})
