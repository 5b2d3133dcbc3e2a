import { RunDefinition } from '@llm-loadtest/schema'
import { executeRun } from '../run/run-executor.ts'
import { Tokenizer } from '../tokens/tokenizer.ts'
import { affordable, type CalibrationPlan } from './calibration-plan.ts'
import { type CalibratedLevel, LevelCollector } from './level-collector.ts'
import type { TimingError } from './timing-error.ts'
import { startTruthSource } from './truth-source.ts'

/** Timing errors (p99) up to which the agent's limits are told, ms. */
export const ERROR_LIMITS_MS = [1, 5] as const
const [, WORST_MS] = ERROR_LIMITS_MS
/** A source this late (p99) cannot offer more, whatever the agent could do, ms. */
export const SOURCE_LIMIT_MS = 5

/** Why the calibration went no further. */
export type CalibrationEnd = 'error_limit' | 'source_limit' | 'open_files' | 'plan_done' | 'interrupted'

export type Calibration = { levels: CalibratedLevel[]; end: CalibrationEnd }

/** The worse of a level's two errors; null when it has none. */
export function worstErrorMs({ ttftP99Ms, itlP99Ms }: TimingError): number | null {
  return ttftP99Ms === null || itlP99Ms === null ? null : Math.max(ttftP99Ms, itlP99Ms)
}

/** The largest load measured with an error of at most `limitMs`; null when none had so little. */
export function largestWithin(levels: readonly CalibratedLevel[], limitMs: number): CalibratedLevel | null {
  return levels.findLast((level) => (worstErrorMs(level) ?? Number.POSITIVE_INFINITY) <= limitMs) ?? null
}

/** One level over the limit may be chance; this many in a row are not. */
const LEVELS_OVER = 2

/** What the limit was at these levels, if each of them passed it; of none, null. */
function limitOf(levels: readonly CalibratedLevel[]): CalibrationEnd | null {
  if (levels.length === 0) return null
  if (levels.every((level) => (level.serverLatenessP99Ms ?? 0) > SOURCE_LIMIT_MS)) return 'source_limit'
  const over = levels.every((level) => (worstErrorMs(level) ?? Number.POSITIVE_INFINITY) > WORST_MS)
  return over ? 'error_limit' : null
}

/** What the limit was at the last levels, taken together; null while there are too few. */
const limitInARow = (levels: readonly CalibratedLevel[]): CalibrationEnd | null =>
  levels.length < LEVELS_OVER ? null : limitOf(levels.slice(-LEVELS_OVER))

/** Why a calibration that measured these levels went no further. */
export function endOf(levels: readonly CalibratedLevel[], plan: CalibrationPlan): CalibrationEnd {
  // The last of the plan has none after it that could tell chance from limit.
  const limit = limitInARow(levels) ?? limitOf(levels.slice(-1))
  if (limit !== null) return limit
  return (levels.at(-1)?.concurrency ?? 0) < (plan.concurrencies.at(-1) ?? 0) ? 'open_files' : 'plan_done'
}

function definitionOf(url: string, plan: CalibrationPlan, concurrency: number[]): RunDefinition {
  return RunDefinition.parse({
    server_url: url,
    model: 'calibration',
    tokenizer: 'o200k_base',
    concurrency,
    duration_seconds: plan.settleSeconds + plan.measureSeconds,
    grace_seconds: 5,
    warmup: 8,
    input_len: 16,
    output_len: plan.tokens,
    ignore_eos: true,
  })
}

/**
 * Measures how far the agent's own times are from the truth, at growing concurrency, until the error passes the largest
 * limit or the source of the truth can offer no more. Rejects when a measurement fails.
 * @param onLevel called as each level is over
 */
export async function calibrate(
  plan: CalibrationPlan,
  options: { workers: number | undefined; signal: AbortSignal; onLevel: (level: CalibratedLevel) => void },
): Promise<Calibration> {
  const concurrencies = affordable(plan.concurrencies)
  const stop = new AbortController()
  const source = await startTruthSource()
  const tokenizer = new Tokenizer()
  const levels: CalibratedLevel[] = []
  const signal = AbortSignal.any([options.signal, stop.signal])
  const collector = new LevelCollector(source, plan, (level) => {
    // What had begun of a level when it was stopped says nothing.
    if (signal.aborted) return
    levels.push(level)
    options.onLevel(level)
    if (limitInARow(levels) !== null) stop.abort()
  })
  try {
    await executeRun(definitionOf(source.url, plan, concurrencies), {
      tokenizer,
      sink: collector,
      signal,
      environment: {},
      workers: options.workers,
    })
  } finally {
    await tokenizer.close()
    await source.close()
  }
  return { levels, end: options.signal.aborted ? 'interrupted' : endOf(levels, plan) }
}
