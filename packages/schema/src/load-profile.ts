import { z } from 'zod'

export const Arrival = z.enum(['constant', 'poisson', 'gamma'])
export type Arrival = z.infer<typeof Arrival>

const TokenCount = z.int().min(1).max(1_000_000)

/** A number of tokens: fixed, or drawn from a normal distribution cut to [min, max]. */
export const TokenLength = z.union(
  [
    TokenCount,
    z
      .strictObject({
        mean: TokenCount,
        std: z.number().min(0).max(1_000_000),
        min: TokenCount,
        max: TokenCount,
      })
      .refine(
        (length) => length.min <= length.mean && length.mean <= length.max,
        'must satisfy min <= mean <= max',
      ),
  ],
  { error: 'must be a whole number of tokens, 1 to 1000000, or {mean, std, min, max}' },
)
export type TokenLength = z.infer<typeof TokenLength>

/** One load level: a number of requests kept in flight (closed loop) or an arrival rate per second (open loop). */
export type LoadLevel =
  | { kind: 'concurrency'; index: number; concurrency: number }
  | { kind: 'request_rate'; index: number; requestRate: number; arrival: Arrival; burstiness: number }

/** The load levels of a run, in the order they are run. */
export function loadLevels(run: {
  concurrency?: number[] | undefined
  request_rate?: { rates: number[]; arrival: Arrival; burstiness?: number | undefined } | undefined
}): LoadLevel[] {
  const rate = run.request_rate
  if (rate) {
    return rate.rates.map((requestRate, index) => ({
      kind: 'request_rate',
      index,
      requestRate,
      arrival: rate.arrival,
      burstiness: rate.burstiness ?? 1,
    }))
  }
  return (run.concurrency ?? [1]).map((concurrency, index) => ({ kind: 'concurrency', index, concurrency }))
}
