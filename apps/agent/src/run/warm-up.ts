import type { LoadLevel, RequestRecord } from '@llm-loadtest/schema'
import { createWarmUp } from '../load/pass-load.ts'
import { WHOLE } from '../load/share.ts'
import { LevelRecords } from './level-records.ts'
import { LevelTarget, levelPrompts } from './level-target.ts'
import { LiveFigures } from './live-figures.ts'
import { ProgressReporter } from './progress-reporter.ts'
import type { RunContext } from './run-context.ts'
import { RunFailure } from './run-failure.ts'

/** What to check, by the way that every warm-up request failed. */
function advice(outcome: string, serverUrl: string, model: string): string {
  if (outcome === 'CONNECTION_ERROR') {
    return `Check that the LLM server runs at ${serverUrl} and that the agent's machine can reach it.`
  }
  if (outcome === 'HTTP_401' || outcome === 'HTTP_403') return 'Check the API key.'
  if (outcome === 'HTTP_404') return `Check the server's address and that it serves the model "${model}".`
  if (outcome === 'TIMEOUT') return 'Check that the server is not stuck, or allow more time.'
  return `Check that ${serverUrl} serves the model "${model}" and the server's own log.`
}

function failWhenNoneSucceeded(records: readonly RequestRecord[], context: RunContext): void {
  const [first] = records
  if (!first || records.some((record) => record.outcome === 'ok')) return
  const { server_url, model } = context.definition
  const unreachable = records.every((record) => record.outcome === 'CONNECTION_ERROR')
  const message =
    `All ${records.length} warm-up requests failed, the first with ${first.outcome}: ` +
    `${first.error_message ?? 'no message'}. ${advice(first.outcome, server_url, model)}`
  throw new RunFailure(unreachable ? 'target_unreachable' : 'warmup_failed', message)
}

/** Sends a level's warm-up requests; throws RunFailure when all of them fail. */
export async function warmUp(context: RunContext, level: LoadLevel): Promise<void> {
  const { definition, sink, signal } = context
  const count = definition.warmup
  if (count === 0) return
  const figures = new LiveFigures(context.backend.meter)
  const records = new LevelRecords(level.index, context)
  const prompts = levelPrompts(context, level, 'warmup', count, 0)
  const reporter = new ProgressReporter(
    { phase: 'warmup', level, levelCount: context.levelCount, figures, total: count, unit: 'requests' },
    context.start,
    sink,
  )
  try {
    await prompts.prefill(count, signal)
    const load = createWarmUp(definition, [level], WHOLE)
    await load?.run(new LevelTarget(context, level, { warmup: true, prompts, records, figures }), signal)
  } finally {
    reporter.stop()
    await records.finish()
  }
  if (!signal.aborted) failWhenNoneSucceeded(records.all, context)
}
