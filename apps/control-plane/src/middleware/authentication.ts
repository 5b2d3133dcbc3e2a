import type { MiddlewareHandler } from 'hono'
import { bearerToken, secretsEqual } from '../domain/tokens.ts'
import { readSettings } from '../env.ts'
import { UnauthorizedError } from '../errors.ts'
import type { AppEnv } from '../http.ts'

/** Open by design: liveness, and the agents' socket, which has tokens of its own. */
const OPEN_PATHS = new Set(['/api/v1/health', '/api/v1/agents/ws'])

/** Asks for the API key, in X-API-Key or as a bearer token, when one is set. */
export const authentication: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { apiKey } = readSettings(c.env)
  if (apiKey !== undefined && !OPEN_PATHS.has(c.req.path)) {
    const given = c.req.header('x-api-key') ?? bearerToken(c.req.header('authorization'))
    if (given === null || !(await secretsEqual(given, apiKey))) {
      throw new UnauthorizedError('Send the API key as X-API-Key or Authorization: Bearer.')
    }
  }
  await next()
}
