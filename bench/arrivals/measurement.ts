import { z } from 'zod'

/** What the measuring process is told. */
export const ArrivalTask = z.strictObject({
  arrival: z.enum(['constant', 'poisson']),
  ratePerSecond: z.number().positive(),
  seconds: z.number().positive(),
})
export type ArrivalTask = z.infer<typeof ArrivalTask>

/** What it answers. */
export const ArrivalMeasurement = z.object({
  sent: z.int(),
  dropped: z.int(),
  /** |intended - sent|, ms. */
  lateMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  /** Rate at which requests were sent over the rate at which the schedule wanted them sent. */
  achievedOverOffered: z.number(),
})
export type ArrivalMeasurement = z.infer<typeof ArrivalMeasurement>
