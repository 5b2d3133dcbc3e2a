import { z } from 'zod'
import { Outcome } from './request-record.ts'

const Ms = z.number().nullable()

/** A run's state once a second, as viewers draw it. */
export const RunProgress = z
  .strictObject({
    at_ms: z.number().meta({ description: "Milliseconds since the run's start." }),
    phase: z.enum(['warmup', 'measure']),
    progress: z.strictObject({
      current: z.number().min(0).meta({ description: 'Requests ended, or seconds elapsed, in this level.' }),
      total: z.number().positive(),
      unit: z.enum(['requests', 'seconds']),
      percent: z.number().min(0).max(100),
    }),
    level: z.strictObject({
      index: z.int().min(0),
      total: z.int().min(1),
      concurrency: z.int().min(1).nullable(),
      request_rate: z.number().nullable(),
    }),
    overall_percent: z.number().min(0).max(100),
    metrics: z.strictObject({
      ttft_avg: Ms,
      ttft_p50: Ms,
      ttft_p99: Ms,
      tpot_avg: Ms,
      throughput_current: z
        .number()
        .nullable()
        .meta({ description: 'Output tokens/s over the last second.' }),
      running: z.int().min(0),
      completed: z.int().min(0),
      success_count: z.int().min(0),
      error_count: z.int().min(0),
      elapsed_s: z.number().min(0),
    }),
  })
  .meta({ id: 'RunProgress' })
export type RunProgress = z.infer<typeof RunProgress>

/** One request that ended, for the live log; a sample of all. */
export const RequestLogEntry = z.strictObject({
  request_id: z.string().max(100),
  level_index: z.int().min(0),
  at_ms: z.number(),
  outcome: Outcome,
  http_status: z.int().nullable(),
  ttft_ms: Ms,
  e2e_ms: Ms,
  output_tokens: z.int().nullable(),
  error_message: z.string().max(500).nullable(),
})
export type RequestLogEntry = z.infer<typeof RequestLogEntry>
