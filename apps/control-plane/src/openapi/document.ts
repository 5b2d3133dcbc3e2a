import { OpenAPIHono } from '@hono/zod-openapi'
import type { Scope } from '@llm-loadtest/schema'
import { z } from 'zod'
import { SESSION_COOKIE } from '../access/session-cookie.ts'
import type { AppEnv } from '../http.ts'
import { requiredScope } from '../middleware/scope.ts'
import { VERSION } from '../version.ts'

type Registry = OpenAPIHono<AppEnv>['openAPIRegistry']
type RouteDefinition = Extract<Registry['definitions'][number], { type: 'route' }>
type Route = RouteDefinition['route']
type Content = NonNullable<NonNullable<Route['request']>['body']>['content']
type JsonObject = Record<string, unknown>

const SCHEMA_PATH = '#/components/schemas/'

/** zod's own JSON Schema says what the schema says; the keywords that only a free-standing file needs go. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema, '~standard': _standard, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

/** Every schema with an id, once, under its id. */
function components(): Record<string, JsonObject> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    uri: (id) => `${SCHEMA_PATH}${id}`,
    unrepresentable: 'any',
  })
  return Object.fromEntries(Object.entries(schemas).map(([id, { $schema, $id, ...schema }]) => [id, schema]))
}

function isZod(schema: unknown): schema is z.ZodType {
  return schema instanceof z.ZodType
}

/** A content map with its zod schemas replaced: by a reference when they have an id, by JSON Schema otherwise. */
function described(content: Content, io: 'input' | 'output'): Content {
  const entries = Object.entries(content).map(([type, media]) => {
    const schema = media !== undefined && 'schema' in media ? media.schema : undefined
    if (!isZod(schema)) return [type, media]
    const id = schema.meta()?.id
    return [type, { ...media, schema: id ? { $ref: `${SCHEMA_PATH}${id}` } : jsonSchema(schema, io) }]
  })
  return Object.fromEntries(entries)
}

/** What hono has registered: also the middleware of each route, which the registry leaves out. */
type Registered = { method: string; path: string; handler: unknown }[]

/** The scope a route asks for; null when it asks for none. */
function scopeOfRoute(route: Route, registered: Registered): Scope | null {
  const path = route.path.replaceAll(/\/\{(.+?)\}/g, '/:$1')
  const own = registered.filter((one) => one.method === route.method.toUpperCase() && one.path === path)
  return requiredScope(own.map(({ handler }) => handler))
}

function describedRoute(route: Route, registered: Registered): Route {
  const responses = Object.fromEntries(
    Object.entries(route.responses).map(([status, response]) => [
      status,
      'content' in response && response.content
        ? { ...response, content: described(response.content, 'output') }
        : response,
    ]),
  )
  const body = route.request?.body
  const scope = scopeOfRoute(route, registered)
  return {
    ...route,
    ...(scope === null ? {} : { description: `Needs a key with the scope \`${scope}\`.`, 'x-scope': scope }),
    request: {
      ...route.request,
      ...(body ? { body: { ...body, content: described(body.content, 'input') } } : {}),
    },
    responses,
  }
}

/** The OpenAPI 3.1 document of the registered routes. */
export function openApiDocument(registry: Registry, registered: Registered) {
  const collected = new OpenAPIHono()
  for (const definition of registry.definitions) {
    if (definition.type === 'route') {
      collected.openAPIRegistry.registerPath(describedRoute(definition.route, registered))
    }
  }
  const document = collected.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'LLM Loadtest',
      version: VERSION,
      description:
        'Starts benchmarks of LLM servers and hands out their results. Errors all have one body, Problem.',
    },
    security: [{ apiKey: [] }, { bearer: [] }, { session: [] }, {}],
  })
  return {
    ...document,
    components: {
      schemas: components(),
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        bearer: { type: 'http', scheme: 'bearer' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: SESSION_COOKIE,
          description:
            "A browser's session, from POST /api/v1/session; over https its name begins with `__Host-`.",
        },
        agentToken: { type: 'http', scheme: 'bearer', description: "An agent's token." },
      },
    },
  }
}

export type OpenApiDocument = ReturnType<typeof openApiDocument>
