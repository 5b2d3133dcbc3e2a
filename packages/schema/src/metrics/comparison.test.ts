import { expect, it } from 'vitest'
import { COMPARED_METRICS, type ComparedMetric, type LevelFigures } from '../comparison.ts'
import { type ComparableRun, compareRuns } from './comparison.ts'
import { REPLICATES, REPLICATES_OF_LEVEL, withIntervals } from './level-replicates.ts'

const NONE = Object.fromEntries(COMPARED_METRICS.map((metric) => [metric, null])) as Record<
  ComparedMetric,
  null
>

type Values = Partial<LevelFigures['values']>
type Load = Partial<Pick<LevelFigures, 'concurrency' | 'request_rate' | 'replay_speed' | 'verdict'>>

const level = (level_index: number, load: Load, values: Values): LevelFigures => ({
  level_index,
  concurrency: null,
  request_rate: null,
  replay_speed: null,
  verdict: 'valid',
  total_requests: 200,
  sampled_requests: 100,
  ...load,
  values: { ...NONE, ...values },
  intervals: NONE,
})

const idOf = (letter: string) => `run_01JDV7Z8K4Q2M6N9P3R5T7W1X${letter}`

/** A run whose replicates lie evenly within `spread` of each figure; of J/token there are none, as ever. */
function run(
  letter: string,
  levels: LevelFigures[],
  change: Partial<ComparableRun> & { spread?: number } = {},
) {
  const { spread = 1, ...rest } = change
  const replicates = new Float32Array(levels.length * REPLICATES_OF_LEVEL).fill(Number.NaN)
  levels.forEach(({ values }, i) => {
    COMPARED_METRICS.forEach((metric, j) => {
      const value = values[metric]
      if (value === null || metric === 'joules_per_output_token') return
      const start = i * REPLICATES_OF_LEVEL + j * REPLICATES
      for (let k = 0; k < REPLICATES; k++) {
        replicates[start + k] = value + spread * ((2 * k) / (REPLICATES - 1) - 1)
      }
    })
  })
  const known = levels.map((figures, i) =>
    withIntervals(figures, replicates.subarray(i * REPLICATES_OF_LEVEL, (i + 1) * REPLICATES_OF_LEVEL)),
  )
  return { runId: idOf(letter), model: 'm', config: {}, levels: known, replicates, ...rest }
}

const only = (runs: ComparableRun[], metric: ComparedMetric) => {
  const [compared] = compareRuns(runs, idOf('A')).levels
  return compared?.runs.map(({ metrics }) => metrics[metric])
}

it('sets a figure against the baseline: difference, per cent, interval, whether it is better', () => {
  const [a, b] = [
    run('A', [level(0, { concurrency: 1 }, { ttft_p50_ms: 200 })]),
    // Drawn the other way round, so that the differences are spread twice as wide.
    run('B', [level(0, { concurrency: 1 }, { ttft_p50_ms: 150 })], { spread: -1 }),
  ]
  const [baseline, other] = only([a, b], 'ttft_p50_ms') ?? []
  expect(baseline?.value).toBe(200)
  expect(baseline?.interval?.low).toBeCloseTo(199.05, 3)
  expect(baseline?.interval?.high).toBeCloseTo(200.95, 3)
  expect(baseline?.change).toBeNull()
  expect(other?.change).toEqual({
    difference: -50,
    percent: -25,
    percent_interval: { low: expect.closeTo(-25.95, 3), high: expect.closeTo(-24.05, 3) },
    effect: 'better',
    exceeds_noise: true,
  })
})

it.each([
  ['ttft_p50_ms', 10, 11.8, 'worse', false],
  ['ttft_p50_ms', 10, 12, 'worse', true],
  ['throughput_tokens_per_sec', 10, 12, 'better', true],
  ['goodput_percent', 90, 80, 'worse', true],
  ['error_rate_percent', 5, 5, 'equal', false],
  ['joules_per_output_token', 2, 1, 'better', null],
] as const)('%s of %d and %d is %s, beyond noise: %s', (metric, from, to, effect, exceeds_noise) => {
  const runs = [
    run('A', [level(0, { concurrency: 1 }, { [metric]: from })]),
    run('B', [level(0, { concurrency: 1 }, { [metric]: to })], { spread: -1 }),
  ]
  expect(only(runs, metric)?.[1]?.change).toMatchObject({ effect, exceeds_noise })
})

it('gives no per cent of 0, but says whether it differs', () => {
  const runs = [
    run('A', [level(0, { concurrency: 1 }, { error_rate_percent: 0 })], { spread: 0 }),
    run('B', [level(0, { concurrency: 1 }, { error_rate_percent: 4 })]),
  ]
  expect(only(runs, 'error_rate_percent')?.[1]?.change).toEqual({
    difference: 4,
    percent: null,
    percent_interval: null,
    effect: 'worse',
    exceeds_noise: true,
  })
})

it('compares nothing where a run has no figure, and goodput of the same objectives only', () => {
  const goodput = { goodput_percent: 90 }
  const runs = [
    run('A', [level(0, { concurrency: 1 }, goodput)], { config: { goodput_thresholds: { ttft_ms: 100 } } }),
    run('B', [level(0, { concurrency: 1 }, goodput)], { config: { goodput_thresholds: { ttft_ms: 200 } } }),
  ]
  expect(only(runs, 'ttft_p50_ms')?.[1]).toEqual({ value: null, interval: null, change: null })
  expect(only(runs, 'goodput_percent')?.[1]?.change).toBeNull()
  expect(compareRuns(runs, idOf('A')).best.goodput_percent).toBeNull()
})

it('matches levels by their load, repetitions in their order, and orders them by it', () => {
  const runs = [
    run('A', [
      level(0, { concurrency: 8 }, {}),
      level(1, { concurrency: 2 }, { ttft_p50_ms: 10 }),
      level(2, { concurrency: 8 }, {}),
    ]),
    run('B', [
      level(0, { request_rate: 2 }, {}),
      level(1, { concurrency: 2 }, { ttft_p50_ms: 20 }),
      level(2, { replay_speed: 1 }, {}),
      level(3, { concurrency: 8 }, { ttft_p50_ms: 30 }),
    ]),
  ]
  const { levels } = compareRuns(runs, idOf('A'))
  expect(
    levels.map(({ concurrency, request_rate, replay_speed, repetition, runs: own }) => [
      concurrency ?? request_rate ?? replay_speed,
      repetition,
      own.map(({ run_id, level_index }) => `${run_id.at(-1)}${level_index}`).join(),
    ]),
  ).toEqual([
    [2, 0, 'A1,B1'],
    [8, 0, 'A0,B3'],
    [8, 1, 'A2'],
    [2, 0, 'B0'],
    [1, 0, 'B2'],
  ])
  expect(levels[0]?.runs[1]?.metrics.ttft_p50_ms.change?.percent).toBe(100)
  // The baseline has no such figure there.
  expect(levels[1]?.runs[1]?.metrics.ttft_p50_ms).toMatchObject({ value: 30, change: null })
})

it('names the best of all, of each model and of each level, with its verdict', () => {
  const runs = [
    run('A', [level(0, { concurrency: 1 }, { throughput_tokens_per_sec: 100, ttft_p50_ms: 30 })]),
    run('B', [
      level(0, { concurrency: 1 }, { throughput_tokens_per_sec: 90, ttft_p50_ms: 20 }),
      level(1, { concurrency: 4, verdict: 'suspect' }, { throughput_tokens_per_sec: 300, ttft_p50_ms: 90 }),
    ]),
    run('C', [level(0, { concurrency: 1 }, { throughput_tokens_per_sec: 0 })], { model: 'other' }),
  ]
  const { best, models, levels } = compareRuns(runs, idOf('A'))
  const of = (letter: string, level_index: number, value: number, verdict = 'valid') => ({
    value,
    run_id: idOf(letter),
    level_index,
    verdict,
  })
  const goodput_percent = null
  expect(best).toEqual({
    throughput_tokens_per_sec: of('B', 1, 300, 'suspect'),
    ttft_p50_ms: of('B', 0, 20),
    goodput_percent,
  })
  expect(models).toEqual([
    { model: 'm', run_ids: [idOf('A'), idOf('B')], best },
    {
      model: 'other',
      run_ids: [idOf('C')],
      best: { throughput_tokens_per_sec: null, ttft_p50_ms: null, goodput_percent },
    },
  ])
  expect(levels[0]?.best).toEqual({
    throughput_tokens_per_sec: of('A', 0, 100),
    ttft_p50_ms: of('B', 0, 20),
    goodput_percent,
  })
})
