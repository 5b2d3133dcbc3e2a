import type { RunDefinition, TokenLength } from '@llm-loadtest/schema'

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

const meanTokens = (length: TokenLength): number => (typeof length === 'number' ? length : length.mean)

function countRequests(run: RunDefinition, levels: number): number | null {
  if (run.num_prompts !== undefined) return run.num_prompts * levels
  const seconds = run.duration_seconds
  if (!run.request_rate || seconds === undefined) return null
  return Math.round(run.request_rate.rates.reduce((sum, rate) => sum + rate * seconds, 0))
}

function countSeconds(run: RunDefinition, levels: number): number | null {
  if (run.duration_seconds !== undefined) return run.duration_seconds * levels
  const prompts = run.num_prompts
  if (!run.request_rate || prompts === undefined) return null
  return run.request_rate.rates.reduce((sum, rate) => sum + prompts / rate, 0)
}

/** What a run asks of the server, as far as its definition says. */
export function estimate(run: RunDefinition): Estimate {
  const levels = run.request_rate?.rates.length ?? run.concurrency?.length ?? 1
  const requests = countRequests(run, levels)
  return {
    levels,
    requests,
    warmupRequests: run.warmup * levels,
    outputTokens: requests === null ? null : requests * meanTokens(run.output_len),
    inputTokens: requests === null ? null : requests * meanTokens(run.input_len),
    seconds: countSeconds(run, levels),
  }
}
