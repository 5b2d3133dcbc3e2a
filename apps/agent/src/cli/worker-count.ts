import { UsageError } from './exit-status.ts'

const MAX_WORKERS = 256

/** The value of --workers: load worker threads of a run. */
export function workerCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= MAX_WORKERS) return count
  throw new UsageError(`--workers: it takes a whole number from 1 to ${MAX_WORKERS}.`)
}
