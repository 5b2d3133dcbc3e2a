import { z } from 'zod'
import { CLIENT_NAMES } from './client.ts'

/** What the measuring process is told. */
export const Task = z.strictObject({
  client: z.enum(CLIENT_NAMES),
  url: z.url(),
  streams: z.int().positive(),
  tokens: z.int().min(2),
  itlMs: z.number().positive(),
  /** Measured requests a stream. */
  rounds: z.int().positive(),
})
export type Task = z.infer<typeof Task>

const TimingError = z.object({ p50: z.number(), p99: z.number() }).nullable()

/** What it answers. */
export const Measurement = z.object({
  /** CPU time of the whole process, s for each million tokens. */
  cpuSecondsPerMillionTokens: z.number(),
  /** CPU time over wall time: near 100 the client is saturated. */
  cpuPercent: z.number(),
  ttftError: TimingError,
  itlError: TimingError,
  serverLateness: TimingError,
  /** Growth of the resident set to its peak for each stream added; null with too few streams to tell. */
  memoryBytesPerStream: z.number().nullable(),
})
export type Measurement = z.infer<typeof Measurement>
