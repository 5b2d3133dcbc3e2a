import type { WorkerOptions } from 'miniflare'
import { z } from 'zod'
import { SettingInvalidError } from './errors.ts'

const Limit = z.coerce.number().int().min(0).max(1_000_000)

const TAKES = 'a number of requests a minute, 0 to 1000000; 0 is no limit'

/** The variable that stands in for the number of each limit in wrangler.toml. */
const VARIABLES = {
  REQUEST_LIMIT: 'LLM_LOADTEST_RATE_LIMIT',
  AUTH_FAILURE_LIMIT: 'LLM_LOADTEST_AUTH_FAILURE_LIMIT',
} as const

/**
 * The worker with the limits that the variables ask for: so many a minute, 0 for none.
 * Throws SettingInvalidError.
 */
export function withRateLimits(worker: WorkerOptions, vars: Record<string, string>): WorkerOptions {
  const ratelimits = { ...worker.ratelimits }
  for (const [name, variable] of Object.entries(VARIABLES)) {
    const text = vars[variable]
    const configured = ratelimits[name]
    if (!text || !configured) continue
    const limit = Limit.safeParse(text)
    if (!limit.success) throw new SettingInvalidError(variable, text, TAKES)
    if (limit.data === 0) delete ratelimits[name]
    else ratelimits[name] = { ...configured, simple: { ...configured.simple, limit: limit.data } }
  }
  return { ...worker, ratelimits }
}
