import type { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from '../http.ts'

/** Pages of the API that are not routes of it. */
const PAGES = ['/docs', '/openapi.json']

function matches(pattern: string, path: string): boolean {
  const expected = pattern.split('/')
  const given = path.split('/')
  return (
    expected.length === given.length &&
    expected.every((part, i) => part === given[i] || (part.startsWith('{') && given[i] !== ''))
  )
}

/** The methods a path takes, upper case; none when there is no such path. */
export function allowedMethods(registry: OpenAPIHono<AppEnv>['openAPIRegistry'], path: string): string[] {
  const methods = new Set<string>(PAGES.includes(path) ? ['GET', 'HEAD'] : [])
  for (const definition of registry.definitions) {
    if (definition.type !== 'route' || !matches(definition.route.path, path)) continue
    methods.add(definition.route.method.toUpperCase())
    if (definition.route.method === 'get') methods.add('HEAD')
  }
  return [...methods].sort()
}
