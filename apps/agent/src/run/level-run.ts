import type { LoadLevel } from '@llm-loadtest/schema'
import { levelResult } from '@llm-loadtest/schema/metrics'
import { createLoad } from '../load/pass-load.ts'
import { WHOLE } from '../load/share.ts'
import { promptsBeforeStart, warmConnections } from './level-load.ts'
import { LevelRecords } from './level-records.ts'
import { LevelTarget, levelPrompts } from './level-target.ts'
import { LiveFigures } from './live-figures.ts'
import { ProgressReporter } from './progress-reporter.ts'
import type { RunContext } from './run-context.ts'
import { SelfObservation } from './self-observation.ts'
import { warmUp } from './warm-up.ts'

/** Warms up and measures one load level, and writes its records and its result. */
export async function runLevel(context: RunContext, level: LoadLevel): Promise<void> {
  const { definition, backend, sink, signal, start } = context
  await warmUp(context, level)
  if (signal.aborted) return
  const ahead = promptsBeforeStart(definition, [level], WHOLE)
  const prompts = levelPrompts(context, level, 'measure', definition.num_prompts ?? null, ahead)
  await prompts.prefill(ahead, signal)
  await backend.warm(warmConnections(definition, [level], WHOLE))
  if (signal.aborted) return

  const figures = new LiveFigures(backend.meter)
  const records = new LevelRecords(level.index, context)
  const [total, unit] =
    definition.duration_seconds === undefined
      ? [definition.num_prompts ?? 1, 'requests' as const]
      : [definition.duration_seconds, 'seconds' as const]
  const scope = { phase: 'measure' as const, level, levelCount: context.levelCount, figures, total, unit }
  const reporter = new ProgressReporter(scope, start, sink)
  const load = createLoad(definition, [level], WHOLE)
  const observation = new SelfObservation()
  try {
    await load.run(new LevelTarget(context, level, { warmup: false, prompts, records, figures }), signal)
  } finally {
    const evidence = observation.stop(load.idlePollMs)
    reporter.stop()
    await records.finish()
    const result = levelResult(records.all, level, definition.goodput_thresholds, evidence)
    sink.write({ type: 'level_result', result })
  }
}
