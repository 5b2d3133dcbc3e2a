import { z } from 'zod'
import { GpuResult } from './gpu-result.ts'
import { AgentId, RunId } from './id.ts'
import { LevelResult } from './level-result.ts'
import { RunConfig } from './run-definition.ts'
import { StoredReason, Verdict } from './validity.ts'

export const RunStatus = z.enum(['pending', 'running', 'completed', 'failed', 'cancelled'])
export type RunStatus = z.infer<typeof RunStatus>

export const RunError = z
  .strictObject({
    code: z.enum([
      'agent_lost',
      'agent_restarted',
      'rejected',
      'warmup_failed',
      'target_unreachable',
      'internal',
    ]),
    message: z.string().max(2000),
  })
  .meta({ id: 'RunError' })
export type RunError = z.infer<typeof RunError>

const Best = z.strictObject({ value: z.number(), level_index: z.int().min(0) }).nullable()

export const RunSummary = z
  .strictObject({
    total_requests: z.int().min(0),
    successful_requests: z.int().min(0),
    failed_requests: z.int().min(0),
    error_rate_percent: z.number().nullable(),
    total_input_tokens: z.int().min(0),
    total_output_tokens: z.int().min(0),
    best_throughput_tokens_per_sec: Best,
    best_ttft_p50_ms: Best,
    best_tpot_p50_ms: Best,
    best_goodput_percent: Best,
  })
  .meta({ id: 'RunSummary' })
export type RunSummary = z.infer<typeof RunSummary>

export const RunValidity = z
  .strictObject({
    verdict: Verdict,
    reasons: z.array(z.strictObject({ level_index: z.int().min(0), reason: StoredReason })),
  })
  .meta({ id: 'RunValidity' })
export type RunValidity = z.infer<typeof RunValidity>

const Instant = z.iso.datetime().nullable()

/** What every view of a run has in common. */
const runHead = {
  run_id: RunId,
  name: z.string().nullable(),
  tags: z.array(z.string()),
  status: RunStatus,
  cancel_requested: z.boolean(),
  server_url: z.string(),
  model: z.string(),
  adapter: z.string(),
  agent_id: AgentId.nullable(),
  created_at: z.iso.datetime(),
  started_at: Instant,
  completed_at: Instant,
  duration_seconds: z.number().nullable(),
  error: RunError.nullable(),
}

/** Status of a run. */
export const RunView = z.strictObject({ ...runHead, config: RunConfig }).meta({ id: 'RunView' })
export type RunView = z.infer<typeof RunView>

/** A run in the history: its head and, once it has any, its best figures. */
export const RunListItem = z
  .strictObject({ ...runHead, summary: RunSummary.nullable(), verdict: Verdict.nullable() })
  .meta({ id: 'RunListItem' })
export type RunListItem = z.infer<typeof RunListItem>

/** A run's result; partial, with the levels finished so far, while it is running. */
export const RunResult = z
  .strictObject({
    ...runHead,
    config: RunConfig,
    results: z.array(LevelResult),
    summary: RunSummary,
    gpu: GpuResult.nullable().meta({ description: 'GPU figures; null when the agent sampled no GPU.' }),
    validity: RunValidity,
  })
  .meta({ id: 'RunResult' })
export type RunResult = z.infer<typeof RunResult>
