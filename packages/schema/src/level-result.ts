import { z } from 'zod'
import { TokenSource } from './request-record.ts'
import { Validity } from './validity.ts'

const Value = z.number().nullable()

/** Statistics over exact samples; percentiles by linear interpolation. null stands for "no sample". */
export const Distribution = z
  .strictObject({
    min: z.number(),
    max: z.number(),
    mean: z.number(),
    std: z.number().meta({ description: 'Population standard deviation.' }),
    p50: z.number(),
    p90: z.number(),
    p95: z.number(),
    p99: z.number(),
    p999: z.number(),
    count: z.int().min(1),
  })
  .meta({ id: 'Distribution' })
export type Distribution = z.infer<typeof Distribution>

const MsDistribution = Distribution.nullable()

export const Goodput = z
  .strictObject({
    satisfied_requests: z.int().min(0),
    total_requests: z.int().min(0),
    goodput_percent: Value,
    goodput_rate_per_sec: Value,
    ttft_satisfied: z.int().min(0).nullable(),
    tpot_satisfied: z.int().min(0).nullable(),
    e2e_satisfied: z.int().min(0).nullable(),
  })
  .meta({ id: 'Goodput' })
export type Goodput = z.infer<typeof Goodput>

export const TimelinePoint = z
  .strictObject({
    at_ms: z.number().meta({ description: "End of the bin, ms since the run's start." }),
    throughput_tokens_per_sec: z.number(),
    ttft_p50_ms: Value,
    ttft_p99_ms: Value,
    tpot_mean_ms: Value,
    running: z.int().min(0).meta({ description: 'Requests in flight at the end of the bin.' }),
    completed: z.int().min(0).meta({ description: 'Requests that ended in the bin.' }),
    errors: z.int().min(0).meta({ description: 'Requests that failed in the bin.' }),
  })
  .meta({ id: 'TimelinePoint' })
export type TimelinePoint = z.infer<typeof TimelinePoint>

export const TokenAccounting = z
  .strictObject({
    input_tokens: z.int().min(0).meta({ description: 'Σ over ok requests.' }),
    output_tokens: z.int().min(0),
    input_sources: z
      .partialRecord(TokenSource, z.int().min(1))
      .meta({ description: 'ok requests per source.' }),
    output_sources: z.partialRecord(TokenSource, z.int().min(1)),
    input_disagreement_percent: Value.meta({
      description: 'Mean of |server − local| / server over requests counted by both.',
    }),
    output_disagreement_percent: Value,
  })
  .meta({ id: 'TokenAccounting' })
export type TokenAccounting = z.infer<typeof TokenAccounting>

/** The metrics of one load level. Latencies are milliseconds, rates are per second. */
export const LevelResult = z
  .strictObject({
    index: z.int().min(0),
    concurrency: z.int().min(1).nullable(),
    request_rate: z.number().nullable(),
    started_ms: Value.meta({ description: "Window: first send, ms since the run's start." }),
    ended_ms: Value.meta({ description: 'Window: last stream end.' }),
    window_seconds: Value,
    ttft: MsDistribution,
    ttft_intended: MsDistribution,
    ttfo: MsDistribution,
    tpot: MsDistribution,
    itl: MsDistribution,
    icl: MsDistribution,
    e2e_latency: MsDistribution,
    schedule_lag: MsDistribution,
    throughput_tokens_per_sec: Value,
    total_throughput_tokens_per_sec: Value,
    request_rate_per_sec: Value,
    achieved_send_rate_per_sec: Value,
    total_requests: z.int().min(0),
    successful_requests: z.int().min(0),
    failed_requests: z.int().min(0),
    error_rate_percent: Value,
    errors: z.record(z.string(), z.int().min(1)).meta({ description: 'Failed requests per outcome class.' }),
    goodput: Goodput.nullable(),
    tokens: TokenAccounting,
    timeline: z.array(TimelinePoint),
    validity: Validity,
  })
  .meta({ id: 'LevelResult' })
export type LevelResult = z.infer<typeof LevelResult>
