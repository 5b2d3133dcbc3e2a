import {
  type LevelResult,
  newId,
  type RequestRecord,
  type RunDefinition,
  type RunProgress,
  type RunResult,
  shownConfig,
} from '@llm-loadtest/schema'
import { GpuTrace, gpuResult, runSummary, runValidity } from '@llm-loadtest/schema/metrics'
import type { GpuMonitor } from '../gpu/gpu-monitor.ts'
import { Tokenizer } from '../tokens/tokenizer.ts'
import { executeRun } from './run-executor.ts'
import type { RunOutput, RunSink } from './run-sink.ts'

export type StandaloneOptions = {
  /** Called about once a second. */
  onProgress?: (progress: RunProgress) => void
  /** Called with the records as they come, for whoever wants more than the result. */
  onRecords?: (records: RequestRecord[]) => void
  signal?: AbortSignal
  environment?: Readonly<Record<string, string | undefined>>
  /** Most load worker threads (default: one for each spare core, at most 8). */
  workers?: number | undefined
  /** Samples the GPUs for the run, and is closed with it. */
  gpu?: GpuMonitor | null
  /** Counts the run's tokens, and is closed with it. */
  tokenizer?: Tokenizer
}

type Ending = Pick<RunResult, 'status' | 'started_at' | 'completed_at' | 'duration_seconds' | 'error'>

/** Keeps a run's output in memory. */
class Collector implements RunSink {
  readonly levels: LevelResult[] = []
  readonly gpu = new GpuTrace()
  ending: Ending | null = null
  readonly #createdAt = new Date()
  readonly #options: StandaloneOptions

  constructor(options: StandaloneOptions) {
    this.#options = options
  }

  write(output: RunOutput): void {
    switch (output.type) {
      case 'progress':
        this.#options.onProgress?.(output.progress)
        break
      case 'records':
        this.#options.onRecords?.(output.records)
        break
      case 'level_result':
        this.levels.push(output.result)
        break
      case 'gpu':
        this.gpu.add(output)
        break
      case 'run_complete':
        this.ending = {
          status: output.outcome,
          started_at: output.started_at,
          completed_at: output.completed_at,
          duration_seconds: output.duration_seconds,
          error: null,
        }
        break
      case 'run_failed':
        this.ending = {
          status: 'failed',
          started_at: this.#createdAt.toISOString(),
          completed_at: new Date().toISOString(),
          duration_seconds: (Date.now() - this.#createdAt.getTime()) / 1000,
          error: output.error,
        }
        break
      default:
        output satisfies never
    }
  }

  flushed(): Promise<void> {
    return Promise.resolve()
  }
}

/**
 * Runs a whole measurement here, with no control plane.
 * @returns its result; a run that failed or was cancelled has what was measured until then
 */
export async function runStandalone(
  definition: RunDefinition,
  options: StandaloneOptions = {},
): Promise<RunResult> {
  const tokenizer = options.tokenizer ?? new Tokenizer()
  const collector = new Collector(options)
  const createdAt = new Date().toISOString()
  try {
    await executeRun(definition, {
      tokenizer,
      sink: collector,
      signal: options.signal ?? new AbortController().signal,
      environment: options.environment ?? process.env,
      workers: options.workers,
      gpu: options.gpu ?? null,
    })
  } finally {
    await options.gpu?.close()
    await tokenizer.close()
  }
  const { levels, gpu, ending } = collector
  if (!ending) throw new Error('the run ended without saying how')
  return {
    run_id: newId('run'),
    name: definition.name ?? null,
    tags: definition.tags ?? [],
    cancel_requested: ending.status === 'cancelled',
    server_url: definition.server_url,
    model: definition.model,
    adapter: definition.adapter,
    agent_id: null,
    created_at: createdAt,
    ...ending,
    config: shownConfig(definition),
    results: levels,
    summary: runSummary(levels),
    gpu: gpuResult(gpu, levels),
    validity: runValidity(levels),
  }
}
