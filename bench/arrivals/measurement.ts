import { z } from 'zod'

/** What the measuring process is told. */
export const ArrivalTask = z.strictObject({
  arrival: z.enum(['constant', 'poisson', 'gamma']),
  ratePerSecond: z.number().positive(),
  /** Shape of the gamma process. */
  burstiness: z.number().positive(),
  seconds: z.number().positive(),
})
export type ArrivalTask = z.infer<typeof ArrivalTask>

/** What it answers. */
export const ArrivalMeasurement = z.object({
  sent: z.int(),
  /** |intended - sent|, ms. */
  lateMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  /** Rate at which requests were sent over the rate at which the schedule wanted them sent. */
  achievedOverOffered: z.number(),
  /** CPU time over wall time, and the part of it that was polling the clock, %. */
  cpuPercent: z.number(),
  pollPercent: z.number(),
  /** Slots dropped under a limit that requests without an end reach at once, and how many must be. */
  dropped: z.int(),
  expectedDrops: z.int(),
})
export type ArrivalMeasurement = z.infer<typeof ArrivalMeasurement>
