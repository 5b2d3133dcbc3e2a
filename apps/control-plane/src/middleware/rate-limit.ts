import type { Context, MiddlewareHandler } from 'hono'
import { clientBucket } from '../access/client-address.ts'
import { spend } from '../access/limits.ts'
import type { AppEnv } from '../http.ts'

/** Whose request it is: a key's, wherever it comes from; without a key, an address's. */
function bucketOf(c: Context<AppEnv>): string {
  const principal = c.get('principal')
  return principal?.kind === 'key' ? principal.key.keyHash : clientBucket(c)
}

/** Counts the request on its key or address; 429 when that has sent too many. */
export const rateLimit: MiddlewareHandler<AppEnv> = async (c, next) => {
  await spend(c.env.REQUEST_LIMIT, bucketOf(c))
  await next()
}
