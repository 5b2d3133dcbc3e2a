import {
  type BestFigures,
  COMPARED_METRICS,
  type ComparedLevel,
  type ComparedMetric,
  type Comparison,
  HIGHER_IS_BETTER,
  type LevelFigures,
  type MetricComparison,
} from '../comparison.ts'
import type { RunConfig } from '../run-definition.ts'
import { REPLICATES, REPLICATES_OF_LEVEL } from './level-replicates.ts'
import { metricChange, type Replicated } from './metric-change.ts'

/** What is compared of a run: its levels' figures, and the replicates of each, in the same order. */
export type ComparableRun = {
  runId: string
  model: string
  config: Pick<RunConfig, 'goodput_thresholds'>
  levels: readonly LevelFigures[]
  replicates: Float32Array
}

type Level = { run: ComparableRun; figures: LevelFigures; replicates: Float32Array; repetition: number }

const sameLoad = (a: LevelFigures, b: LevelFigures): boolean =>
  a.concurrency === b.concurrency && a.request_rate === b.request_rate && a.replay_speed === b.replay_speed

function levelsOf(run: ComparableRun): Level[] {
  return run.levels.map((figures, i) => ({
    run,
    figures,
    replicates: run.replicates.subarray(i * REPLICATES_OF_LEVEL, (i + 1) * REPLICATES_OF_LEVEL),
    repetition: run.levels.slice(0, i).filter((earlier) => sameLoad(earlier, figures)).length,
  }))
}

function replicated({ figures, replicates }: Level, metric: ComparedMetric): Replicated {
  const start = COMPARED_METRICS.indexOf(metric) * REPLICATES
  const known = figures.intervals[metric] !== null
  return {
    value: figures.values[metric],
    replicates: known ? replicates.subarray(start, start + REPLICATES) : null,
  }
}

const objectives = ({ config: { goodput_thresholds: slo } }: ComparableRun): string =>
  JSON.stringify([slo?.ttft_ms, slo?.tpot_ms, slo?.e2e_ms])

/** Whether a figure of two runs is of the same thing: goodput is by the objectives of its run. */
const isSameFigure = (metric: ComparedMetric, a: ComparableRun, b: ComparableRun): boolean =>
  metric !== 'goodput_percent' || objectives(a) === objectives(b)

function compareMetric(metric: ComparedMetric, level: Level, baseline: Level | undefined): MetricComparison {
  const own = replicated(level, metric)
  const comparable = baseline && baseline !== level && isSameFigure(metric, level.run, baseline.run)
  return {
    value: own.value,
    interval: level.figures.intervals[metric],
    change: comparable ? metricChange(metric, own, replicated(baseline, metric)) : null,
  }
}

function best(levels: readonly Level[], metric: ComparedMetric) {
  const valued = levels.flatMap(({ run, figures }) => {
    const value = figures.values[metric]
    // A level that brought no token forth is the best of none.
    if (value === null || (metric === 'throughput_tokens_per_sec' && value === 0)) return []
    return [{ run, value, run_id: run.runId, level_index: figures.level_index, verdict: figures.verdict }]
  })
  const [first] = valued
  if (!first || !valued.every(({ run }) => isSameFigure(metric, run, first.run))) return null
  const sign = HIGHER_IS_BETTER.has(metric) ? 1 : -1
  const { run: _run, ...found } = valued.reduce((a, b) => (sign * (b.value - a.value) > 0 ? b : a))
  return found
}

const bestFigures = (levels: readonly Level[]): BestFigures => ({
  throughput_tokens_per_sec: best(levels, 'throughput_tokens_per_sec'),
  ttft_p50_ms: best(levels, 'ttft_p50_ms'),
  goodput_percent: best(levels, 'goodput_percent'),
})

function compareLevel(levels: readonly Level[], baselineId: string): ComparedLevel | null {
  const [first] = levels
  if (!first) return null
  const baseline = levels.find(({ run }) => run.runId === baselineId)
  const { concurrency, request_rate, replay_speed } = first.figures
  return {
    concurrency,
    request_rate,
    replay_speed,
    repetition: first.repetition,
    runs: levels.map((level) => ({
      run_id: level.run.runId,
      level_index: level.figures.level_index,
      verdict: level.figures.verdict,
      total_requests: level.figures.total_requests,
      sampled_requests: level.figures.sampled_requests,
      metrics: Object.fromEntries(
        COMPARED_METRICS.map((metric) => [metric, compareMetric(metric, level, baseline)]),
      ) as Record<ComparedMetric, MetricComparison>,
    })),
    best: bestFigures(levels),
  }
}

const byLoad = (a: ComparedLevel, b: ComparedLevel): number => {
  for (const load of ['concurrency', 'request_rate', 'replay_speed', 'repetition'] as const) {
    const [left, right] = [a[load] ?? Number.POSITIVE_INFINITY, b[load] ?? Number.POSITIVE_INFINITY]
    if (left !== right) return left - right
  }
  return 0
}

/**
 * Runs set against one of them, level by level: those of the same load, the second time a run has it with the second
 * time of the others.
 */
export function compareRuns(
  runs: readonly ComparableRun[],
  baselineId: string,
): Pick<Comparison, 'best' | 'models' | 'levels'> {
  const all = runs.flatMap(levelsOf)
  const matched = Map.groupBy(all, ({ figures, repetition }) =>
    [figures.concurrency, figures.request_rate, figures.replay_speed, repetition].join(),
  )
  const models = Map.groupBy(runs, ({ model }) => model)
  return {
    best: bestFigures(all),
    models: [...models].map(([model, own]) => ({
      model,
      run_ids: own.map(({ runId }) => runId),
      best: bestFigures(all.filter(({ run }) => own.includes(run))),
    })),
    levels: [...matched.values()].flatMap((levels) => compareLevel(levels, baselineId) ?? []).sort(byLoad),
  }
}
