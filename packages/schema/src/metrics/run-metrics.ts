import type { LevelResult } from '../level-result.ts'
import type { RunSummary, RunValidity } from '../run-result.ts'
import type { Validity } from '../validity.ts'
import { worstVerdict } from './validity.ts'

/** The level whose value is best, or null when no level has one. */
function best(
  levels: readonly LevelResult[],
  value: (level: LevelResult) => number | null | undefined,
  better: (a: number, b: number) => boolean,
): { value: number; level_index: number } | null {
  let found: { value: number; level_index: number } | null = null
  for (const level of levels) {
    const candidate = value(level)
    if (candidate === null || candidate === undefined) continue
    if (!found || better(candidate, found.value)) found = { value: candidate, level_index: level.index }
  }
  return found
}

const higher = (a: number, b: number): boolean => a > b
const lower = (a: number, b: number): boolean => a < b

/** Totals and best figures over a run's levels. */
export function runSummary(levels: readonly LevelResult[]): RunSummary {
  const sum = (value: (level: LevelResult) => number): number =>
    levels.reduce((total, level) => total + value(level), 0)
  const total = sum((level) => level.total_requests)
  const failed = sum((level) => level.failed_requests)
  const someSucceeded = levels.filter((level) => level.successful_requests > 0)
  return {
    total_requests: total,
    successful_requests: total - failed,
    failed_requests: failed,
    error_rate_percent: total === 0 ? null : (failed / total) * 100,
    total_input_tokens: sum((level) => level.tokens.input_tokens),
    total_output_tokens: sum((level) => level.tokens.output_tokens),
    best_throughput_tokens_per_sec: best(someSucceeded, (level) => level.throughput_tokens_per_sec, higher),
    best_ttft_p50_ms: best(levels, (level) => level.ttft?.p50, lower),
    best_tpot_p50_ms: best(levels, (level) => level.tpot?.p50, lower),
    best_goodput_percent: best(levels, (level) => level.goodput?.goodput_percent, higher),
  }
}

/** The run's verdict: the worst of its levels', each reason named with its level. */
export function runValidity(levels: readonly { index: number; validity: Validity }[]): RunValidity {
  return {
    verdict: worstVerdict(levels.map((level) => level.validity.verdict)),
    reasons: levels.flatMap((level) =>
      level.validity.reasons.map((reason) => ({ level_index: level.index, reason })),
    ),
  }
}
