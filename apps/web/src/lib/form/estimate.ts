import {
  expectedLength,
  type LoadLevel,
  loadLevels,
  loadPasses,
  type RunDefinition,
} from '@llm-loadtest/schema'

export type Estimate = {
  levels: number
  /** Measured requests of all levels; null where only a server's speed decides (closed loop for a time). */
  requests: number | null
  warmupRequests: number
  /** Of the measured requests, when every output reaches its asked length. */
  outputTokens: number | null
  inputTokens: number | null
  /** Known when the run is bounded by time or by arrivals, s, without warm-up and the last requests' tail. */
  seconds: number | null
}

/** Seconds a level sends for; null where only the server's speed, or a trace, decides. */
function secondsOf(run: RunDefinition, level: LoadLevel): number | null {
  const stage = level.kind === 'replay' ? undefined : level.durationSeconds
  if (stage !== undefined || run.duration_seconds !== undefined) return stage ?? run.duration_seconds ?? null
  return level.kind === 'request_rate' && run.num_prompts !== undefined
    ? run.num_prompts / level.requestRate
    : null
}

/** Requests of a level; null where only the server's speed, or a trace, decides. */
function requestsOf(run: RunDefinition, level: LoadLevel): number | null {
  if (run.num_prompts !== undefined) return run.num_prompts
  const seconds = secondsOf(run, level)
  return level.kind === 'request_rate' && seconds !== null ? level.requestRate * seconds : null
}

const sum = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0)

/** What a run asks of the server, as far as its definition says. */
export function estimate(run: RunDefinition): Estimate {
  const levels = loadLevels(run)
  const total = sum(levels.map((level) => requestsOf(run, level)))
  const requests = total === null ? null : Math.round(total)
  return {
    levels: levels.length,
    requests,
    // Stages go over into one another, so there is one warm-up for all of them.
    warmupRequests: run.warmup * loadPasses(run).length,
    outputTokens: requests === null ? null : requests * expectedLength(run.output_len),
    inputTokens: requests === null ? null : requests * expectedLength(run.input_len),
    seconds: sum(levels.map((level) => secondsOf(run, level))),
  }
}
