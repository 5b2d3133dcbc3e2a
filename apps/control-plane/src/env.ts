import { z } from 'zod'
import { UnavailableError } from './errors.ts'
import { LogLevel } from './log.ts'
import type { AgentLink } from './objects/agent-link.ts'
import type { MetricsStore } from './objects/metrics-store.ts'
import type { RedisLink } from './objects/redis-link.ts'
import type { RunChannel } from './objects/run-channel.ts'

/** What the platform binds; the plain variables are read through `readSettings` only. */
export type WorkerEnv = {
  ASSETS?: Fetcher
  AGENT_LINK: DurableObjectNamespace<AgentLink>
  RUN_CHANNEL: DurableObjectNamespace<RunChannel>
  METRICS_STORE: DurableObjectNamespace<MetricsStore>
  REDIS_LINK: DurableObjectNamespace<RedisLink>
  /** Requests per key or address, and wrong keys per address; unbound: not limited. */
  REQUEST_LIMIT?: RateLimit
  AUTH_FAILURE_LIMIT?: RateLimit
}

const blankIsUnset = (value: unknown): unknown => (value === '' ? undefined : value)
const OptionalText = z.preprocess(blankIsUnset, z.string().optional())
const milliseconds = (value: number) => z.coerce.number().int().positive().default(value)

/** Origins separated by commas or spaces. `*` is refused: any page of the web would then be let in. */
const Origins = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(/[\s,]+/).filter((part) => part !== '') : []),
  z.array(z.string().refine((text) => /^https?:/.test(text) && URL.parse(text)?.origin === text)),
)

const Variables = z.object({
  LIBSQL_URL: z.string().min(1),
  LIBSQL_AUTH_TOKEN: OptionalText,
  LLM_LOADTEST_API_KEY: OptionalText,
  LLM_LOADTEST_SECRET: z.preprocess(
    blankIsUnset,
    z
      .base64()
      .refine((text) => atob(text).length === 32, 'must be the base64 of 32 bytes')
      .optional(),
  ),
  LLM_LOADTEST_CORS_ORIGIN: Origins,
  LLM_LOADTEST_ALLOW_OPEN: OptionalText,
  REDIS_URL: z.preprocess(
    blankIsUnset,
    z
      .string()
      .regex(/^rediss?:\/\/./)
      .optional(),
  ),
  /** 10 years at most: a slip of a key must not pass for a wish. */
  LLM_LOADTEST_RETENTION_DAYS: z.preprocess(
    blankIsUnset,
    z.coerce.number().int().min(1).max(3650).optional(),
  ),
  LOG_LEVEL: z.preprocess(blankIsUnset, LogLevel.optional()),
  READY_ONCE_AGENT_SEEN_SINCE: z.preprocess(blankIsUnset, z.coerce.number().int().optional()),
  AGENT_SILENCE_MS: milliseconds(45_000),
  RUN_LEASE_MS: milliseconds(60_000),
  PRESENCE_INTERVAL_MS: milliseconds(15_000),
})

/** Settings of the control plane; durations in milliseconds. */
export type Settings = {
  databaseUrl: string
  databaseToken: string | undefined
  apiKey: string | undefined
  secret: string | undefined
  /** redis:// or rediss://, perhaps with a password. */
  redisUrl: string | undefined
  /** Origins whose pages may call the API: `https://example.com`. */
  corsOrigins: string[]
  /** Without a key, more than loopback may come in. */
  allowOpen: boolean
  /** Days after which an ended run is deleted; undefined: never. */
  retentionDays: number | undefined
  /** Health is `starting` until an agent was seen after this time (Unix ms); undefined: it waits for none. */
  readyOnceAgentSeenSinceMs: number | undefined
  agentSilenceMs: number
  runLeaseMs: number
  presenceIntervalMs: number
}

/**
 * Reads and checks the variables of the environment.
 * @throws UnavailableError naming the variables at fault, never their values
 */
export function readSettings(env: unknown): Settings {
  const parsed = Variables.safeParse(env)
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))].join(', ')
    throw new UnavailableError(`The control plane is not set up: set ${names} to a valid value.`)
  }
  const value = parsed.data
  return {
    databaseUrl: value.LIBSQL_URL,
    databaseToken: value.LIBSQL_AUTH_TOKEN,
    apiKey: value.LLM_LOADTEST_API_KEY,
    secret: value.LLM_LOADTEST_SECRET,
    redisUrl: value.REDIS_URL,
    corsOrigins: value.LLM_LOADTEST_CORS_ORIGIN,
    allowOpen: value.LLM_LOADTEST_ALLOW_OPEN === '1',
    retentionDays: value.LLM_LOADTEST_RETENTION_DAYS,
    readyOnceAgentSeenSinceMs: value.READY_ONCE_AGENT_SEEN_SINCE,
    agentSilenceMs: value.AGENT_SILENCE_MS,
    runLeaseMs: value.RUN_LEASE_MS,
    presenceIntervalMs: value.PRESENCE_INTERVAL_MS,
  }
}
