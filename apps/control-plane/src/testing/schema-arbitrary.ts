import fc from 'fast-check'
import { z } from 'zod'

/** The keywords of JSON Schema that the document uses. */
const Schema = z.looseObject({
  $ref: z.string().optional(),
  type: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).default([]),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  minItems: z.int().default(0),
  maxItems: z.int().default(5),
  minLength: z.int().default(0),
  maxLength: z.int().optional(),
  pattern: z.string().optional(),
  format: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
})
type Schema = z.infer<typeof Schema>

/** What breaks careless code: characters with a meaning somewhere, sizes nobody expects, the wrong kind of value. */
const HOSTILE = fc.oneof(
  fc.constantFrom<unknown>(
    '\0',
    '\ud800',
    "'; DROP TABLE runs; --",
    '%_\\',
    '../../etc/passwd',
    '한국어 🦙\u202e',
    'x'.repeat(20_000),
    '1e400',
    -1,
    1e308,
    Number.MAX_SAFE_INTEGER + 2,
    { ['__proto__']: { admin: true } },
  ),
  fc.jsonValue({ maxDepth: 3 }),
)

const FORMATS: Record<string, fc.Arbitrary<string>> = {
  uri: fc.webUrl(),
  'date-time': fc
    .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
}

function text({ minLength, maxLength, pattern, format }: Schema): fc.Arbitrary<string> {
  const known = format === undefined ? undefined : FORMATS[format]
  if (known) return known
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern))
  return fc.string({
    minLength,
    maxLength: Math.max(minLength, Math.min(maxLength ?? 20, 40)),
    unit: 'grapheme',
  })
}

function number(schema: Schema): fc.Arbitrary<number> {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  const min = minimum ?? exclusiveMinimum ?? -1e6
  const max = maximum ?? exclusiveMaximum ?? 1e6
  if (schema.type === 'integer') return fc.integer({ min: Math.ceil(min), max: Math.floor(max) })
  const excluded = { minExcluded: minimum === undefined, maxExcluded: maximum === undefined }
  return fc.double({ min, max, ...excluded, noNaN: true })
}

/**
 * Values that a schema of the document describes, with hostile ones among them at any depth; the share of those is
 * small, so that most requests come far enough to be answered.
 */
export class SchemaArbitraries {
  readonly #components: Record<string, unknown>

  constructor(components: Record<string, unknown>) {
    this.#components = components
  }

  valuesOf(schema: unknown): fc.Arbitrary<unknown> {
    return fc.oneof(
      { weight: 30, arbitrary: this.#fitting(Schema.parse(schema)) },
      { weight: 1, arbitrary: HOSTILE },
    )
  }

  #fitting(schema: Schema): fc.Arbitrary<unknown> {
    const choices = schema.anyOf ?? schema.oneOf
    if (schema.$ref !== undefined) return this.valuesOf(this.#components[schema.$ref.split('/').at(-1) ?? ''])
    if (schema.const !== undefined) return fc.constant(schema.const)
    if (schema.enum) return fc.constantFrom(...schema.enum)
    if (choices) return fc.oneof(...choices.map((choice) => this.valuesOf(choice)))
    switch (schema.type) {
      case 'object':
        return this.#object(schema)
      case 'array':
        return fc.array(this.valuesOf(schema.items ?? {}), {
          minLength: schema.minItems,
          maxLength: Math.max(schema.minItems, Math.min(schema.maxItems, 5)),
        })
      case 'string':
        return text(schema)
      case 'number':
      case 'integer':
        return number(schema)
      case 'boolean':
        return fc.boolean()
      case 'null':
        return fc.constant(null)
      default:
        return fc.jsonValue({ maxDepth: 2 })
    }
  }

  #object({ properties = {}, required, additionalProperties }: Schema): fc.Arbitrary<unknown> {
    const fields = Object.entries(properties).map(([name, field]): [string, fc.Arbitrary<unknown>] => [
      name,
      // Left out more often than given, or no definition would be free of fields that exclude each other.
      required.includes(name)
        ? this.valuesOf(field)
        : fc.option(this.valuesOf(field), { nil: undefined, freq: 1 }),
    ])
    const known = fc.record(Object.fromEntries(fields))
    if (typeof additionalProperties !== 'object' || additionalProperties === null) return known
    return fc.dictionary(fc.string({ minLength: 1, maxLength: 10 }), this.valuesOf(additionalProperties), {
      maxKeys: 3,
    })
  }
}
