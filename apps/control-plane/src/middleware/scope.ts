import { type Scope, scopeIncludes } from '@llm-loadtest/schema'
import type { MiddlewareHandler } from 'hono'
import { scopeOf } from '../domain/principal.ts'
import { ForbiddenError } from '../errors.ts'
import type { AppEnv } from '../http.ts'

const scopes = new WeakMap<object, Scope>()

/**
 * Middleware of a route: lets those in whose key has the scope. The one place where a route says what it needs.
 * @example createRoute({ …, middleware: [requires('run'), jsonBody] as const })
 */
export function requires(scope: Scope): MiddlewareHandler<AppEnv> {
  const handler: MiddlewareHandler<AppEnv> = async (c, next) => {
    const principal = c.get('principal')
    if (!principal) throw new Error('a route that asks for a scope was reached without authentication')
    const held = scopeOf(principal)
    if (!scopeIncludes(held, scope)) {
      throw new ForbiddenError(`This needs a key with the scope “${scope}”; this one has “${held}”.`)
    }
    await next()
  }
  scopes.set(handler, scope)
  return handler
}

/** The scope that one of a route's handlers asks for; null when none does. */
export function requiredScope(handlers: unknown[]): Scope | null {
  for (const handler of handlers) {
    const scope = typeof handler === 'function' ? scopes.get(handler) : undefined
    if (scope !== undefined) return scope
  }
  return null
}
