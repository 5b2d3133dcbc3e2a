import { z } from 'zod'
import { EngineConfig } from './engine/engine-config.ts'
import { FaultRule } from './faults/fault-catalogue.ts'

/** Everything a simulator can be told, validated once; each field has a default. */
export const SimulatorOptions = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 takes any free port. */
  port: z.int().min(0).max(65_535).default(8000),
  /** The names requests may use. The first is the one in metrics, and the one of a request that names none. */
  models: z.array(z.string().min(1)).min(1).default(['simulator']),
  seed: z.int().min(0).max(4_294_967_295).default(0),
  /** Where set, requests under /v1 need it as a bearer token. */
  apiKey: z.string().min(1).optional(),
  /** Tokens a chat template adds to each message; 0 makes the prompt's count the sum of its contents' counts. */
  chatTemplateTokens: z.int().min(0).max(10_000).default(0),
  maxBodyBytes: z.int().min(1).max(1_073_741_824).default(8_388_608),
  faults: z.array(FaultRule).default([]),
  /** How long `slow-headers` holds a request back, ms. */
  slowHeadersMs: z.int().min(0).max(600_000).default(500),
  /** Records a trace of every request, not only of those that ask for it. */
  trace: z.boolean().default(false),
  /** Traces kept; the oldest goes first. */
  traceCapacity: z.int().min(1).max(1_000_000).default(4096),
  engine: EngineConfig.prefault({}),
})
export type SimulatorOptions = z.output<typeof SimulatorOptions>
export type SimulatorOptionsInput = z.input<typeof SimulatorOptions>
