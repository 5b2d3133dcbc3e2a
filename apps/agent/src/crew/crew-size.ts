import { availableParallelism } from 'node:os'
import type { LoadLevel, RunDefinition } from '@llm-loadtest/schema'

/** More threads than this gain nothing on one network interface. */
export const MAX_WORKERS = 8
/** Requests in flight, or a second, that a load worker has before another one is of use. */
const LOAD_PER_WORKER = 250

/** Load workers a run may have when nobody says: one for each core that the main thread does not need. */
export function defaultWorkers(): number {
  return Math.max(1, Math.min(MAX_WORKERS, availableParallelism() - 1))
}

function loadOf(run: RunDefinition, level: LoadLevel): number {
  switch (level.kind) {
    case 'concurrency':
      return Math.min(level.concurrency, run.num_prompts ?? Number.POSITIVE_INFINITY)
    case 'request_rate':
      return Math.max(level.requestRate, run.max_concurrency ?? 0)
    case 'replay':
      // How fast a trace is, is not known before it is read.
      return run.max_concurrency ?? LOAD_PER_WORKER
    default:
      return level satisfies never
  }
}

/** Load workers that are of use in a pass. @param most how many the run may have */
export function usefulWorkers(run: RunDefinition, pass: readonly LoadLevel[], most: number): number {
  const wanted = pass.map((level) => Math.ceil(loadOf(run, level) / LOAD_PER_WORKER))
  return Math.max(1, Math.min(most, Math.max(...wanted)))
}
