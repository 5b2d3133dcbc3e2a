import { createRedactor } from './redact.ts'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LEVELS)[number]

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>
/** Writes one line: what happened, and the fields that say to what. */
export type Log = Readonly<Record<LogLevel, (msg: string, fields?: LogFields) => void>>

const isLevel = (text: string | undefined): text is LogLevel => LEVELS.some((level) => level === text)

/**
 * A log of JSON lines. Every text passes the redactor, so that a secret cannot get out through a message either.
 * @param secrets never to be written
 */
export function createLog(
  write: (line: string) => void,
  options: { level?: string | undefined; secrets?: readonly string[] },
): Log {
  const redact = createRedactor(options.secrets ?? [])
  const least = LEVELS.indexOf(isLevel(options.level) ? options.level : 'info')
  const at =
    (level: LogLevel) =>
    (msg: string, fields: LogFields = {}) => {
      if (LEVELS.indexOf(level) < least) return
      const clean = Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === 'string' ? redact(value) : value,
      ])
      const line = { time: new Date().toISOString(), level, msg: redact(msg), ...Object.fromEntries(clean) }
      write(`${JSON.stringify(line)}\n`)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** A log that keeps nothing. */
export const SILENT_LOG: Log = createLog(() => undefined, { level: 'error' })
