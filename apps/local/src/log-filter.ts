import { z } from 'zod'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export const LogLevel = z.enum(LEVELS)
export type LogLevel = z.infer<typeof LogLevel>

const Line = z.object({ level: LogLevel })

function levelOf(line: string): LogLevel {
  try {
    return Line.parse(JSON.parse(line)).level
  } catch {
    // Not one of our JSON lines: the runtime itself complains, and that is worth reading.
    return 'error'
  }
}

/** Writes to standard error the log lines that are at least as grave as `least`. */
export function logToStderr(least: LogLevel): (line: string) => void {
  return (line) => {
    if (LEVELS.indexOf(levelOf(line)) >= LEVELS.indexOf(least)) process.stderr.write(`${line}\n`)
  }
}
