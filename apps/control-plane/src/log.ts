import { DrizzleQueryError } from 'drizzle-orm/errors'

function chain(error: unknown): string[] {
  const messages: string[] = []
  for (let link = error; link instanceof Error; link = link.cause) {
    // drizzle's message quotes the statement's parameters, which may be secret; its cause says what failed.
    messages.push(link instanceof DrizzleQueryError ? 'a query failed' : `${link.name}: ${link.message}`)
  }
  return messages.length > 0 ? messages : [String(error)]
}

/** Logs an error as one JSON line with its chain of causes. */
export function logError(event: string, error: unknown, context: Record<string, unknown> = {}): void {
  const stack = error instanceof Error ? error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) : []
  console.error(JSON.stringify({ level: 'error', event, ...context, errors: chain(error), stack }))
}
