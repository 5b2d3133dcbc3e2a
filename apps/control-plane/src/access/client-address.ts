import type { Context } from 'hono'
import { addressBucket } from '../domain/address-bucket.ts'
import type { AppEnv } from '../http.ts'

/**
 * The bucket of the client's address. `CF-Connecting-IP` is set by what stands before the worker, over whatever a
 * client sends: Cloudflare's edge, or local/front.
 */
export function clientBucket(c: Context<AppEnv>): string {
  return addressBucket(c.req.header('cf-connecting-ip') ?? 'unknown')
}
