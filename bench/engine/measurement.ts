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

const median = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2
}

const known = <T>(values: (T | null)[]): T[] => values.filter((value) => value !== null)

function medianError(errors: Measurement['itlError'][]): Measurement['itlError'] {
  const all = known(errors)
  return all.length === 0
    ? null
    : { p50: median(all.map((one) => one.p50)), p99: median(all.map((one) => one.p99)) }
}

/** Each figure's median over measurements of the same thing. */
export function medianMeasurement(all: Measurement[]): Measurement {
  const memory = known(all.map((one) => one.memoryBytesPerStream))
  return {
    cpuSecondsPerMillionTokens: median(all.map((one) => one.cpuSecondsPerMillionTokens)),
    cpuPercent: median(all.map((one) => one.cpuPercent)),
    ttftError: medianError(all.map((one) => one.ttftError)),
    itlError: medianError(all.map((one) => one.itlError)),
    serverLateness: medianError(all.map((one) => one.serverLateness)),
    memoryBytesPerStream: memory.length === 0 ? null : median(memory),
  }
}
