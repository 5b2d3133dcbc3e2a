import { withoutSecrets } from '@llm-loadtest/schema'
import { z } from 'zod'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export const LogLevel = z.enum(LEVELS)
export type LogLevel = z.infer<typeof LogLevel>

/** All that a line may say besides its time, level and message: a field that is not here is not logged. */
const FIELDS = [
  'request_id',
  'run_id',
  'agent_id',
  'key_id',
  'route',
  'method',
  'status',
  'ms',
  'reason',
  'runs',
] as const

export type LogFields = { [K in (typeof FIELDS)[number]]?: string | number | null | undefined }

const MAX_CHARACTERS = 500
/** The same for all of an isolate: its environment does not change. */
let least: LogLevel = 'info'

const LogEnvironment = z.object({ LOG_LEVEL: LogLevel })

/** Sets the least grave level that is written to LOG_LEVEL; whoever reads the settings says when that is not one. */
export function configureLog(environment: unknown): void {
  least = LogEnvironment.safeParse(environment).data?.LOG_LEVEL ?? 'info'
}

function clean<T>(value: T): T | string {
  return typeof value === 'string' ? withoutSecrets(value).slice(0, MAX_CHARACTERS) : value
}

type Failure = { errors: string[]; stack: string[] }

function write(level: LogLevel, msg: string, fields: LogFields, failure?: Failure): void {
  if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return
  const known = FIELDS.flatMap((name) => (fields[name] === undefined ? [] : [[name, clean(fields[name])]]))
  const line = { time: new Date().toISOString(), level, msg, ...Object.fromEntries(known), ...failure }
  if (level === 'error') console.error(JSON.stringify(line))
  else console.log(JSON.stringify(line))
}

/** Writes one JSON line. The message is a constant text; what differs from line to line goes into the fields. */
export const log = {
  debug: (msg: string, fields: LogFields = {}) => write('debug', msg, fields),
  info: (msg: string, fields: LogFields = {}) => write('info', msg, fields),
  warn: (msg: string, fields: LogFields = {}) => write('warn', msg, fields),
}

/**
 * A message without a query's parameters, which may be secret: drizzle quotes them to the end of its message. Found by
 * the text, since an error that crossed a Durable Object call, or was wrapped, is no longer of drizzle's class.
 */
const withoutQuery = (message: string): string => message.replace(/Failed query:[\s\S]*/, 'a query failed')

function chain(error: unknown): string[] {
  const messages: string[] = []
  for (let link = error; link instanceof Error; link = link.cause) {
    messages.push(`${link.name}: ${withoutQuery(link.message)}`)
  }
  const all = messages.length > 0 ? messages : [withoutQuery(String(error))]
  return all.map(clean)
}

/** The frames of an error's stack: what stands before them is its message, of which no line may pass for a frame. */
function frames(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return []
  const start = error.stack.indexOf(error.message)
  if (start === -1) return []
  const rest = error.stack.slice(start + error.message.length)
  return rest.split('\n').filter((line) => /^\s+at /.test(line))
}

/** Logs an error as one JSON line with its chain of causes. */
export function logError(msg: string, error: unknown, fields: LogFields = {}): void {
  write('error', msg, fields, { errors: chain(error), stack: frames(error) })
}
