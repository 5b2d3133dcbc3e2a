import { z } from 'zod'

/** What a measured process is told. */
export const Task = z.strictObject({
  periodMs: z.number(),
  seconds: z.number(),
})
export type Task = z.infer<typeof Task>

/** What it tells. Times of ticks are those of their first device. */
export const Measurement = z.strictObject({
  devices: z.int(),
  ticks: z.int(),
  wallMs: z.number(),
  /** User and system time of the whole process. */
  cpuMs: z.number(),
  /** How far each tick was from a whole number of periods after the first one measured, ms. */
  drift: z.strictObject({ p50: z.number(), p99: z.number() }).nullable(),
  rssGrowthBytes: z.number(),
})
export type Measurement = z.infer<typeof Measurement>
