import { z } from 'zod'

/** A figure that this agent, or an earlier one, could not observe is null. */
const Figure = z.number().nullable().default(null)
const Count = z.int().min(0).nullable().default(null)

export const Verdict = z.enum(['valid', 'suspect', 'invalid'])
export type Verdict = z.infer<typeof Verdict>

/** What the agent observed of itself while a level ran; of several load threads the worst. */
export const LevelEvidence = z.strictObject({
  clock_source: z
    .string()
    .nullable()
    .default(null)
    .meta({ description: 'The clock that all times were taken from.' }),
  event_loop_delay_p99_ms: Figure.meta({
    description: 'How late the load thread came to what was due, weighted by time.',
  }),
  event_loop_delay_max_ms: Figure,
  agent_cpu_percent: Figure.meta({ description: 'CPU time of the load thread, % of one core.' }),
  cpu_wait_percent: Figure.meta({
    description: 'Share of the time in which the load thread could run but had no core; Linux only.',
  }),
  gc_pauses: Count.meta({ description: 'Garbage collections that stopped the load thread.' }),
  gc_total_ms: Figure,
  gc_longest_ms: Figure,
  read_turns: Count.meta({ description: 'Turns of the event loop in which data was read.' }),
  read_backlog_p99_ms: Figure.meta({
    description: "How long a turn's reading took: data waited up to that long before it was read.",
  }),
  read_backlog_max_ms: Figure,
  prompt_wait_percent: Figure.meta({
    description: "Share of the requests' time, from their slot to their end, spent waiting for a prompt.",
  }),
})
export type LevelEvidence = z.infer<typeof LevelEvidence>

export const ReasonCode = z.enum([
  'schedule_lag',
  'event_loop_delay',
  'event_loop_stall',
  'agent_cpu',
  'cpu_wait',
  'gc_pause',
  'read_backlog',
  'prompt_wait',
  'achieved_rate',
  'dropped',
  'nothing_measured',
])
export type ReasonCode = z.infer<typeof ReasonCode>

/** Why a level is not valid: the figure that passed its limit. */
export const ValidityReason = z
  .strictObject({
    code: ReasonCode,
    verdict: Verdict,
    value: z.number().meta({
      description:
        'ms; % for agent_cpu, cpu_wait, prompt_wait and achieved_rate; requests for dropped and nothing_measured.',
    }),
    limit: z.number().meta({ description: 'The limit that was passed, in the unit of value.' }),
  })
  .meta({ id: 'ValidityReason' })
export type ValidityReason = z.infer<typeof ValidityReason>

/** Results stored by earlier versions have sentences instead. */
export const StoredReason = z.union([ValidityReason, z.string()])
export type StoredReason = z.infer<typeof StoredReason>

export const Validity = z
  .strictObject({
    verdict: Verdict,
    reasons: z.array(StoredReason),
    evidence: LevelEvidence.extend({
      schedule_lag_p50_ms: Figure.meta({
        description: 'sent − connect − intended: without the time the connection took to open.',
      }),
      schedule_lag_p99_ms: Figure,
      achieved_rate_ratio: Figure.meta({
        description: 'Rate at which requests were taken up / rate of the schedule; open loop only.',
      }),
      dropped_requests: z.int().min(0),
    }),
  })
  .meta({ id: 'Validity' })
export type Validity = z.infer<typeof Validity>
