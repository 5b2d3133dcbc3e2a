import { readFileSync } from 'node:fs'
import { openFilesLimit } from '../run/descriptor-limit.ts'

/** What is measured, and for how long. */
export type CalibrationPlan = {
  concurrencies: readonly number[]
  /** Tokens a stream: of differing lengths, so that the streams of a level do not go on in step. */
  tokens: { min: number; max: number }
  /** Until the streams, which all begin at once, have spread; not measured. */
  settleSeconds: number
  measureSeconds: number
}

/** About a minute. */
export const FULL_PLAN: CalibrationPlan = {
  concurrencies: [1, 10, 50, 100, 200, 400, 800, 1600, 3200, 6400],
  tokens: { min: 20, max: 60 },
  settleSeconds: 1.5,
  measureSeconds: 2.5,
}

/** About 15 seconds. */
export const QUICK_PLAN: CalibrationPlan = {
  concurrencies: [1, 100, 400, 1600],
  tokens: { min: 10, max: 30 },
  settleSeconds: 0.8,
  measureSeconds: 1.2,
}

/** Files open beside the connections: threads, pipes, the terminal. */
const OTHER_FILES = 200

function softLimit(): number | null {
  // Elsewhere than on Linux it is not told; then a level that cannot open its connections fails.
  return process.platform === 'linux' ? openFilesLimit(readFileSync('/proc/self/limits', 'utf8')) : null
}

/** The concurrencies for which this process may open enough files: it has both ends of each connection. */
export function affordable(concurrencies: readonly number[], openFiles = softLimit()): number[] {
  return concurrencies.filter(
    (concurrency) => openFiles === null || 2 * concurrency + OTHER_FILES <= openFiles,
  )
}
