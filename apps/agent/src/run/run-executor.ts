import { randomBytes } from 'node:crypto'
import { loadPasses, type RunDefinition } from '@llm-loadtest/schema'
import { Crew } from '../crew/crew.ts'
import { defaultWorkers } from '../crew/crew-size.ts'
import { monotonicMs } from '../crew/shared-clock.ts'
import { busiestSecond } from '../load/busiest-second.ts'
import { chooseEncoding } from '../tokens/encodings.ts'
import type { Tokenizer } from '../tokens/tokenizer.ts'
import { checkDescriptors, mostInFlight } from './descriptor-limit.ts'
import { GpuSamples, type GpuSource } from './gpu-samples.ts'
import { runPass } from './pass-run.ts'
import type { RunContext } from './run-context.ts'
import { RunFailure, runError } from './run-failure.ts'
import type { RunSink } from './run-sink.ts'
import { unlessAborted } from './unless-aborted.ts'
import { readWorkloadFiles } from './workload-files.ts'

/** What a run needs from the outside. */
export type RunSurroundings = {
  tokenizer: Tokenizer
  sink: RunSink
  /** Aborting cancels the run: what was measured so far is kept. */
  signal: AbortSignal
  /** Where `api_key_env` is looked up. */
  environment: Readonly<Record<string, string | undefined>>
  /** Most load worker threads; as many as there are spare cores when it is not given. */
  workers?: number | undefined
  /** The GPUs that are sampled while the run goes on. */
  gpu?: GpuSource | null
}

function keyOf(definition: RunDefinition, environment: RunSurroundings['environment']): string | undefined {
  const variable = definition.api_key_env
  if (variable === undefined) return definition.api_key
  const key = environment[variable]
  if (key) return key
  throw new RunFailure('rejected', `The environment variable ${variable} is not set where the agent runs.`)
}

async function runPasses(
  definition: RunDefinition,
  { tokenizer, sink, signal, environment, workers }: RunSurroundings,
  start: number,
): Promise<void> {
  const apiKey = keyOf(definition, environment)
  const most = workers ?? defaultWorkers()
  const files = await unlessAborted(readWorkloadFiles(definition, tokenizer.client), signal)
  if (files === null) return
  const { traceMs } = files
  const { replay } = definition
  const replayRate = traceMs && replay ? busiestSecond(traceMs, replay.speed) : 0
  checkDescriptors(definition, most, replayRate)
  const passes = loadPasses(definition)
  const requestPrefix = randomBytes(5).toString('hex')
  const maxInFlight = mostInFlight(definition, most, replayRate)
  const settings = { definition, apiKey, requestPrefix, replayRate, maxInFlight }
  const crew = await Crew.start(settings, most, tokenizer)
  const context: RunContext = {
    definition,
    passes,
    crew,
    tokenizer,
    choice: chooseEncoding(definition),
    sink,
    signal,
    levelCount: passes.flat().length,
    traceRequests: traceMs?.length ?? null,
    start,
  }
  try {
    for (const pass of passes.keys()) {
      if (signal.aborted) return
      await runPass(context, pass)
    }
  } finally {
    await crew.close()
  }
}

/** Runs the passes and samples the GPUs, if there are any, while it does. */
async function runSampled(
  definition: RunDefinition,
  surroundings: RunSurroundings,
  start: number,
): Promise<void> {
  const { gpu, sink } = surroundings
  const samples = gpu ? new GpuSamples(gpu, monotonicMs(), sink) : null
  try {
    await runPasses(definition, surroundings, start)
  } finally {
    samples?.stop()
  }
}

/**
 * Executes a run to its end. Never rejects for what happens to the run: its last output says how it ended. Rejects
 * when the sink could not keep the output.
 */
export async function executeRun(definition: RunDefinition, surroundings: RunSurroundings): Promise<void> {
  const { sink, signal } = surroundings
  const start = performance.now()
  const startedAt = new Date()
  try {
    await runSampled(definition, surroundings, start)
    // Stopped by the agent rather than cancelled by the user.
    if (signal.aborted && signal.reason instanceof RunFailure) throw signal.reason
    const durationMs = performance.now() - start
    sink.write({
      type: 'run_complete',
      outcome: signal.aborted ? 'cancelled' : 'completed',
      started_at: startedAt.toISOString(),
      completed_at: new Date(startedAt.getTime() + durationMs).toISOString(),
      duration_seconds: durationMs / 1000,
    })
  } catch (error) {
    sink.write({ type: 'run_failed', error: runError(error) })
  }
  await sink.flushed()
}
