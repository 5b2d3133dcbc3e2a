import { z } from 'zod'
import { RunId } from './id.ts'
import { RunListItem } from './run-result.ts'
import { Verdict } from './validity.ts'

export const MAX_COMPARED_RUNS = 10

export const CompareRequest = z
  .strictObject({
    run_ids: z.array(RunId).min(2).max(MAX_COMPARED_RUNS).meta({ description: 'Runs that have ended.' }),
    baseline: RunId.optional().meta({
      description: 'The run the others are set against; the first when left out.',
    }),
  })
  .superRefine(({ run_ids, baseline }, ctx) => {
    run_ids.forEach((runId, i) => {
      if (run_ids.indexOf(runId) === i) return
      ctx.addIssue({ code: 'custom', path: ['run_ids', i], message: 'is given twice' })
    })
    if (baseline === undefined || run_ids.includes(baseline)) return
    ctx.addIssue({ code: 'custom', path: ['baseline'], message: 'must be one of run_ids' })
  })
  .meta({ id: 'CompareRequest' })

/** The figures runs are compared by. */
export const COMPARED_METRICS = [
  'throughput_tokens_per_sec',
  'ttft_p50_ms',
  'ttft_p99_ms',
  'tpot_p50_ms',
  'tpot_p99_ms',
  'itl_p50_ms',
  'itl_p99_ms',
  'e2e_p50_ms',
  'e2e_p99_ms',
  'goodput_percent',
  'error_rate_percent',
  'joules_per_output_token',
] as const
export const ComparedMetric = z.enum(COMPARED_METRICS)
export type ComparedMetric = z.infer<typeof ComparedMetric>

/** Figures of which more is better; of the others, less is. */
export const HIGHER_IS_BETTER: ReadonlySet<ComparedMetric> = new Set([
  'throughput_tokens_per_sec',
  'goodput_percent',
])

const Value = z.number().nullable()

/** What a load level asked of the server: one of these is given. */
const levelLoad = {
  concurrency: z.int().min(1).nullable(),
  request_rate: Value,
  replay_speed: Value.meta({ description: 'Of a replayed trace.' }),
}

const Interval = z.strictObject({ low: z.number(), high: z.number() }).nullable()

/** The figures of one level of a run, and what of its requests their noise was estimated from. */
export const LevelFigures = z.strictObject({
  level_index: z.int().min(0),
  ...levelLoad,
  verdict: Verdict,
  total_requests: z.int().min(0),
  sampled_requests: z.int().min(0),
  values: z.record(ComparedMetric, Value),
  /** 95 % bootstrap intervals; null where the requests do not tell how much a figure varies. */
  intervals: z.record(ComparedMetric, Interval),
})
export type LevelFigures = z.infer<typeof LevelFigures>

/** A difference from the baseline. */
export const MetricChange = z
  .strictObject({
    difference: z.number().meta({ description: "In the figure's own unit." }),
    percent: Value.meta({ description: 'Of the baseline; null where that is 0.' }),
    percent_interval: Interval.meta({ description: '95 % bootstrap interval of `percent`.' }),
    effect: z.enum(['better', 'worse', 'equal']),
    exceeds_noise: z.boolean().nullable().meta({
      description:
        'Whether the 95 % bootstrap interval of the difference leaves out 0; null when the requests cannot tell.',
    }),
  })
  .meta({ id: 'MetricChange' })
export type MetricChange = z.infer<typeof MetricChange>

export const MetricComparison = z
  .strictObject({
    value: Value,
    interval: Interval.meta({ description: '95 % bootstrap interval of `value`.' }),
    change: MetricChange.nullable().meta({
      description: 'null of the baseline itself, and where one of the two has no value to set against.',
    }),
  })
  .meta({ id: 'MetricComparison' })
export type MetricComparison = z.infer<typeof MetricComparison>

const Best = z
  .strictObject({ value: z.number(), run_id: RunId, level_index: z.int().min(0), verdict: Verdict })
  .nullable()

/** The best of some runs' levels; each with that level's own verdict. */
export const BestFigures = z
  .strictObject({
    throughput_tokens_per_sec: Best,
    ttft_p50_ms: Best,
    goodput_percent: Best.meta({
      description: 'null, too, when the runs have different goodput_thresholds.',
    }),
  })
  .meta({ id: 'BestFigures' })
export type BestFigures = z.infer<typeof BestFigures>

export const ComparedLevel = z
  .strictObject({
    ...levelLoad,
    repetition: z.int().min(0).meta({ description: 'Of the same load in one run: 0 the first time.' }),
    runs: z.array(
      z.strictObject({
        run_id: RunId,
        level_index: z.int().min(0),
        verdict: Verdict,
        total_requests: z.int().min(0),
        sampled_requests: z.int().min(0).meta({ description: 'Of which the intervals were estimated.' }),
        metrics: z.record(ComparedMetric, MetricComparison),
      }),
    ),
    best: BestFigures,
  })
  .meta({ id: 'ComparedLevel' })
export type ComparedLevel = z.infer<typeof ComparedLevel>

export const Comparison = z
  .strictObject({
    baseline: RunId,
    runs: z.array(RunListItem).meta({ description: 'In the order asked for.' }),
    best: BestFigures,
    models: z.array(z.strictObject({ model: z.string(), run_ids: z.array(RunId), best: BestFigures })),
    levels: z.array(ComparedLevel).meta({ description: 'Each load that some run had, by load.' }),
    config_differences: z
      .array(
        z.strictObject({
          field: z.string(),
          values: z.record(RunId, z.unknown()).meta({ description: 'null where a run does not set it.' }),
        }),
      )
      .meta({ description: 'The fields of the configurations that are not the same in all runs.' }),
  })
  .meta({ id: 'Comparison' })
export type Comparison = z.infer<typeof Comparison>
