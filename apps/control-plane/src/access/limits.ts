import { RateLimitedError } from '../errors.ts'

/** The period of the limits in wrangler.toml. */
const PERIOD_SECONDS = 60
const MAX_BLOCKED = 10_000

/** Seconds to the end of the period that `nowMs` is in. */
export function retryAfterSeconds(nowMs: number = Date.now()): number {
  return PERIOD_SECONDS - (Math.floor(nowMs / 1000) % PERIOD_SECONDS)
}

/**
 * Counts one on a bucket.
 * @throws RateLimitedError when it is full
 */
export async function spend(limiter: RateLimit | undefined, bucket: string): Promise<void> {
  if (!limiter) return
  const { success } = await limiter.limit({ key: bucket })
  if (!success) {
    throw new RateLimitedError('Too many requests; wait, and send fewer at a time.', retryAfterSeconds())
  }
}

/** Addresses from which too many wrong keys came, with the time (Unix ms) until which none is tried. */
const blocked = new Map<string, number>()

/** Whether keys from this address are not to be tried now. */
export function isBlocked(bucket: string, nowMs: number = Date.now()): boolean {
  const until = blocked.get(bucket)
  if (until === undefined) return false
  if (until > nowMs) return true
  blocked.delete(bucket)
  return false
}

function tooManyWrongKeys(): RateLimitedError {
  return new RateLimitedError('Too many wrong keys came from this address; wait.', retryAfterSeconds())
}

/** @throws RateLimitedError when keys from this address are not to be tried now */
export function refuseIfBlocked(bucket: string): void {
  if (isBlocked(bucket)) throw tooManyWrongKeys()
}

/**
 * Counts a wrong key. The platform's limiter cannot be asked without being counted on, so that an address found over
 * the limit is remembered here too.
 * @throws RateLimitedError when the address has sent too many
 */
export async function countWrongKey(limiter: RateLimit | undefined, bucket: string): Promise<void> {
  if (!limiter) return
  const { success } = await limiter.limit({ key: bucket })
  if (success) return
  const nowMs = Date.now()
  for (const oldest of blocked.keys()) {
    if (blocked.size < MAX_BLOCKED) break
    blocked.delete(oldest)
  }
  blocked.set(bucket, nowMs + retryAfterSeconds(nowMs) * 1000)
  throw tooManyWrongKeys()
}
