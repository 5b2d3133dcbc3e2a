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
  return messages.length > 0 ? messages : [withoutQuery(String(error))]
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
export function logError(event: string, error: unknown, context: Record<string, unknown> = {}): void {
  console.error(
    JSON.stringify({ level: 'error', event, ...context, errors: chain(error), stack: frames(error) }),
  )
}
