import { z } from 'zod'
import { AgentHost, AgentLimits } from './agent-protocol.ts'
import { GpuAbsence, GpuInfo, GpuSample } from './gpu-sample.ts'
import { AgentId, RunId } from './id.ts'
import { labelText } from './label.ts'
import { RunListItem, RunStatus } from './run-result.ts'

export const RunAccepted = z.strictObject({ run_id: RunId, status: RunStatus }).meta({ id: 'RunAccepted' })

export const CancelAccepted = z
  .strictObject({ run_id: RunId, status: RunStatus, cancel_requested: z.boolean() })
  .meta({ id: 'CancelAccepted' })

export const HistoryPage = z
  .strictObject({
    runs: z.array(RunListItem),
    total: z.int().min(0).meta({ description: 'Runs that match the filters, on all pages.' }),
    total_capped: z.boolean().meta({
      description: 'There are more than `total`: with `text`, `from` or `to`, counting stops at 1000.',
    }),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'HistoryPage' })

export const AgentView = z
  .strictObject({
    agent_id: AgentId,
    name: z.string(),
    online: z.boolean(),
    created_at: z.iso.datetime(),
    last_seen_at: z.iso.datetime().nullable(),
    version: z.string().nullable(),
    host: AgentHost.nullable(),
    gpus: z.array(GpuInfo),
    gpu_absence: GpuAbsence.nullable().meta({ description: 'Why it samples no GPU.' }),
    gpu_samples: z.array(GpuSample).meta({
      description: "The GPUs' newest readings, one a device; empty when there are none or they are old.",
    }),
    limits: AgentLimits.nullable(),
    running: z.int().min(0).meta({ description: 'Runs on it now.' }),
  })
  .meta({ id: 'AgentView' })
export type AgentView = z.infer<typeof AgentView>

export const AgentList = z.strictObject({ agents: z.array(AgentView) }).meta({ id: 'AgentList' })

export const NewAgent = z.strictObject({ name: labelText(100) }).meta({ id: 'NewAgent' })

export const AgentCreated = z
  .strictObject({
    agent_id: AgentId,
    name: z.string(),
    token: z.string().meta({ description: 'Shown this once; only its SHA-256 is kept.' }),
  })
  .meta({ id: 'AgentCreated' })

export const Health = z
  .strictObject({
    status: z.enum(['ok', 'starting', 'degraded']),
    version: z.string(),
    database: z.enum(['ok', 'unreachable']),
    cache: z
      .enum(['edge', 'redis', 'redis_unavailable'])
      .nullable()
      .meta({ description: 'Where results are cached; null when the settings cannot be read.' }),
    agents_online: z.int().min(0).nullable(),
  })
  .meta({ id: 'Health' })
export type Health = z.infer<typeof Health>
