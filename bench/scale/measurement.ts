import { z } from 'zod'

/** What the measuring process is told. */
export const Task = z.strictObject({
  url: z.url(),
  streams: z.int().positive(),
  tokens: z.int().min(1),
  /** Requests a stream. */
  rounds: z.int().positive(),
  workers: z.int().positive().nullable(),
})
export type Task = z.infer<typeof Task>

/** What it answers. */
export const Measurement = z.object({
  outcomes: z.record(z.string(), z.int()),
  /** Output tokens of the ok requests. */
  outputTokens: z.int(),
  /** Most requests under way at one instant, from their records. */
  mostInFlight: z.int(),
  peakRssBytes: z.int(),
  verdict: z.string(),
  reasons: z.array(z.string()),
})
export type Measurement = z.infer<typeof Measurement>
