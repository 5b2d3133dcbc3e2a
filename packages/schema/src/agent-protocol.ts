import { z } from 'zod'
import { GpuAbsence, GpuInfo, GpuSample } from './gpu-sample.ts'
import { AgentId, RunId } from './id.ts'
import { LevelResult } from './level-result.ts'
import { RequestLogEntry, RunProgress } from './progress.ts'
import { RunDefinition } from './run-definition.ts'
import { RunError } from './run-result.ts'

/** WebSocket subprotocol of the agent link; a control plane that speaks another closes with 4406. */
export const AGENT_SUBPROTOCOL = 'llm-loadtest.v1'
export const AGENT_PROTOCOL_VERSION = 1
/** The agent sends the text `ping` this often and the control plane answers `pong`. */
export const PING_INTERVAL_MS = 15_000
/** A side that hears nothing for this long takes the link for dead. */
export const SILENCE_LIMIT_MS = 45_000
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024
/** Most records in one `request_batch`. */
export const MAX_BATCH_RECORDS = 500

export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1008,
  tooLarge: 1009,
  revoked: 4401,
  versionMismatch: 4406,
  replaced: 4409,
} as const

const Seq = z.int().min(1)
const base = { run_id: RunId, seq: Seq }

export const AgentHost = z
  .strictObject({
    hostname: z.string().max(255),
    os: z.string().max(200),
    arch: z.string().max(50),
    node: z.string().max(50),
    cpu_model: z.string().max(200),
    cpus: z.int().min(1),
    memory_bytes: z.number().min(0),
  })
  .meta({ id: 'AgentHost' })
export type AgentHost = z.infer<typeof AgentHost>

export const AgentLimits = z
  .strictObject({
    slots: z.int().min(1).max(1000).meta({ description: 'Runs at the same time.' }),
    allow_targets: z
      .array(z.string().max(300))
      .nullable()
      .meta({ description: 'HOST or HOST:PORT the agent may load; null means any.' }),
  })
  .meta({ id: 'AgentLimits' })
export type AgentLimits = z.infer<typeof AgentLimits>

export const AgentHello = z.strictObject({
  type: z.literal('hello'),
  protocol: z.literal(AGENT_PROTOCOL_VERSION),
  version: z.string().max(50),
  host: AgentHost,
  gpus: z.array(GpuInfo).max(64),
  gpu_absence: GpuAbsence.nullable().meta({ description: 'Why it samples no GPU; null when it does.' }),
  limits: AgentLimits,
  runs: z
    .array(RunId)
    .max(1000)
    .meta({ description: 'Runs the agent holds: running, or spooled and not yet acknowledged.' }),
})
export type AgentHello = z.infer<typeof AgentHello>

/** Messages of a run, numbered from 1 in each run, spooled until acknowledged. */
export const RunEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('progress'),
    ...base,
    progress: RunProgress,
    log: z.array(RequestLogEntry).max(50),
  }),
  z.strictObject({
    type: z.literal('gpu'),
    ...base,
    period_ms: z.number().positive(),
    devices: z
      .array(GpuInfo)
      .max(64)
      .nullable()
      .meta({ description: "With the run's first samples, and when there are more; otherwise null." }),
    samples: z.array(GpuSample).max(640),
  }),
  z.strictObject({
    type: z.literal('request_batch'),
    ...base,
    level_index: z.int().min(0),
    count: z.int().min(1).max(MAX_BATCH_RECORDS),
    data: z.base64().meta({ description: 'gzip of a JSON array of RequestRecord.' }),
  }),
  z.strictObject({ type: z.literal('level_result'), ...base, result: LevelResult }),
  z.strictObject({
    type: z.literal('run_complete'),
    ...base,
    outcome: z.enum(['completed', 'cancelled']),
    started_at: z.iso.datetime(),
    completed_at: z.iso.datetime(),
    duration_seconds: z.number().min(0),
  }),
  z.strictObject({ type: z.literal('run_failed'), ...base, error: RunError }),
])
export type RunEvent = z.infer<typeof RunEvent>

export const AgentMessage = z.discriminatedUnion('type', [
  AgentHello,
  z.strictObject({ type: z.literal('accept'), run_id: RunId }),
  z.strictObject({ type: z.literal('reject'), run_id: RunId, reason: z.string().max(1000) }),
  z.strictObject({
    type: z.literal('gpu_now'),
    devices: z
      .array(GpuInfo)
      .max(64)
      .nullable()
      .default(null)
      .meta({ description: 'When others than were told before: a GPU that was lost was found.' }),
    samples: z
      .array(GpuSample)
      .max(64)
      .meta({ description: 'Newest reading of each GPU, a few times a minute, in a run or not.' }),
  }),
  ...RunEvent.options,
])
export type AgentMessage = z.infer<typeof AgentMessage>

/** A run as it is handed to an agent, secrets in clear: it goes over the agent's own socket and nowhere else. */
export const AssignedRun = z.strictObject({ run_id: RunId, definition: RunDefinition })

export const ControlMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('welcome'),
    agent_id: AgentId,
    acknowledged: z.record(RunId, z.int().min(0).nullable()).meta({
      description:
        'Per run of `hello`: the last seq stored, or null when the run is unknown or ended: drop it.',
    }),
  }),
  z.strictObject({ type: z.literal('assign'), run: AssignedRun }),
  z.strictObject({ type: z.literal('cancel'), run_id: RunId }),
  z.strictObject({
    type: z.literal('ack'),
    run_id: RunId,
    seq: Seq.meta({ description: 'All up to this one are stored.' }),
  }),
  z.strictObject({ type: z.literal('drain') }),
])
export type ControlMessage = z.infer<typeof ControlMessage>
