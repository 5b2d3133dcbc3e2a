import type { Engine } from '../engine/engine.ts'
import type { EngineDriver } from '../engine/engine-driver.ts'
import type { VllmMetrics } from '../metrics/vllm-metrics.ts'
import type { SimulatorOptions } from '../options.ts'
import type { Random } from '../random.ts'
import type { TokenCounter } from '../tokens/token-counter.ts'
import type { TraceStore } from '../trace/trace-store.ts'

/** The parts of a running simulator that its routes use. */
export type Simulator = {
  options: SimulatorOptions
  /** Model every request without one gets, and its metrics' label. */
  defaultModel: string
  engine: Engine
  driver: EngineDriver
  counter: TokenCounter
  metrics: VllmMetrics
  traces: TraceStore
  faultRandom: Random
  /** A number for each completion, counting from 0: it seeds those that bring no seed of their own. */
  nextRequestNumber(): number
  /** When the simulator started, seconds since the epoch. */
  startedAtS: number
}
