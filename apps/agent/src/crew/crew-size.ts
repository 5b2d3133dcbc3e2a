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

function loadOf(run: RunDefinition, level: LoadLevel, replayRate: number): number {
  switch (level.kind) {
    case 'concurrency':
      return Math.min(level.concurrency, run.num_prompts ?? Number.POSITIVE_INFINITY)
    case 'request_rate':
      return Math.max(level.requestRate, run.max_concurrency ?? 0)
    case 'replay':
      return Math.max(replayRate, run.max_concurrency ?? 0)
    default:
      return level satisfies never
  }
}

/**
 * Load workers that are of use in a pass.
 * @param most how many the run may have @param replayRate most requests a second of the trace it replays, 0 without one
 */
export function usefulWorkers(
  run: RunDefinition,
  pass: readonly LoadLevel[],
  most: number,
  replayRate: number,
): number {
  const wanted = pass.map((level) => Math.ceil(loadOf(run, level, replayRate) / LOAD_PER_WORKER))
  return Math.max(1, Math.min(most, Math.max(...wanted)))
}
