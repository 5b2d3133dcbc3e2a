/** Ctrl-C under npm arrives twice, from the terminal and from npm: within this time it is one. */
const SAME_SIGNAL_MS = 500

/**
 * Calls `first` on the first SIGINT or SIGTERM and `again` on a later one.
 * @returns a function that stops listening
 */
export function onInterrupt(first: () => void, again: () => void): () => void {
  let firstAt: number | null = null
  const listener = () => {
    const now = performance.now()
    if (firstAt === null) {
      firstAt = now
      first()
    } else if (now - firstAt > SAME_SIGNAL_MS) again()
  }
  process.on('SIGINT', listener)
  process.on('SIGTERM', listener)
  return () => {
    process.off('SIGINT', listener)
    process.off('SIGTERM', listener)
  }
}
