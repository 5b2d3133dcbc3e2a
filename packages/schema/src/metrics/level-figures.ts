import { COMPARED_METRICS, type ComparedMetric, type LevelFigures } from '../comparison.ts'
import { loadLevels } from '../load-profile.ts'
import type { RunResult } from '../run-result.ts'

const NO_INTERVALS = Object.fromEntries(COMPARED_METRICS.map((metric) => [metric, null])) as Record<
  ComparedMetric,
  null
>

/** What runs are compared by, of each level of a run; nothing is sampled of its requests yet. */
export function levelFigures(run: Pick<RunResult, 'config' | 'results' | 'gpu'>): LevelFigures[] {
  const loads = loadLevels(run.config)
  return run.results.map((level) => {
    const load = loads[level.index]
    const energy = run.gpu?.levels.find(({ level_index }) => level_index === level.index)
    return {
      level_index: level.index,
      concurrency: level.concurrency,
      request_rate: level.request_rate,
      replay_speed: load?.kind === 'replay' ? load.speed : null,
      verdict: level.validity.verdict,
      total_requests: level.total_requests,
      sampled_requests: 0,
      values: {
        throughput_tokens_per_sec: level.throughput_tokens_per_sec,
        ttft_p50_ms: level.ttft?.p50 ?? null,
        ttft_p99_ms: level.ttft?.p99 ?? null,
        tpot_p50_ms: level.tpot?.p50 ?? null,
        tpot_p99_ms: level.tpot?.p99 ?? null,
        itl_p50_ms: level.itl?.p50 ?? null,
        itl_p99_ms: level.itl?.p99 ?? null,
        e2e_p50_ms: level.e2e_latency?.p50 ?? null,
        e2e_p99_ms: level.e2e_latency?.p99 ?? null,
        goodput_percent: level.goodput?.goodput_percent ?? null,
        error_rate_percent: level.error_rate_percent,
        joules_per_output_token: energy?.joules_per_output_token ?? null,
      },
      intervals: NO_INTERVALS,
    }
  })
}
