import { expect, it } from 'vitest'
import { COMPARED_METRICS, type ComparedMetric } from '../comparison.ts'
import type { RequestRecord } from '../request-record.ts'
import { RunDefinition } from '../run-definition.ts'
import { failedRecord, sampleRecord } from '../testing/sample-record.ts'
import { NO_EVIDENCE } from './evidence.ts'
import { levelFigures } from './level-figures.ts'
import { levelResult } from './level-metrics.ts'
import { levelReplicates, REPLICATES } from './level-replicates.ts'
import { LevelSample } from './level-sample.ts'

const slo = { ttft_ms: 150 }
const config = RunDefinition.parse({
  server_url: 'http://llm.test',
  model: 'm',
  concurrency: [1],
  goodput_thresholds: slo,
})

/** One request after another, `ttftMs` to the first token and 10 ms to each of the four after it. */
const request = (index: number, ttftMs = 100): RequestRecord => {
  const sent_ms = index * 1000
  const first = sent_ms + ttftMs
  return sampleRecord({
    index,
    sent_ms,
    first_token_ms: first,
    last_token_ms: first + 40,
    stream_end_ms: first + 40,
    event_ms: [0, 10, 20, 30, 40].map((ms) => ttftMs + ms),
  })
}

function replicatesOf(records: RequestRecord[], seed = 'run 0', times = 1) {
  const level = levelResult(records, { kind: 'concurrency', index: 0, concurrency: 1 }, slo, NO_EVIDENCE)
  const [figures] = levelFigures({ config, results: [level], gpu: null })
  if (!figures) throw new Error('a level has no figures')
  const sample = new LevelSample(level, slo, records.length)
  sample.add(records, false)
  const all = levelReplicates({ ...figures, total_requests: records.length * times }, sample, seed)
  const of = (metric: ComparedMetric) => {
    const start = COMPARED_METRICS.indexOf(metric) * REPLICATES
    return all.subarray(start, start + REPLICATES)
  }
  return { figures, all, of }
}

const requests = (count: number, ttftMs: (index: number) => number = () => 100) =>
  Array.from({ length: count }, (_, index) => request(index, ttftMs(index)))

it('does not vary where the requests do not', () => {
  const { figures, of } = replicatesOf(requests(100))
  for (const metric of COMPARED_METRICS) {
    const value = figures.values[metric]
    if (value === null) continue
    expect(new Set(of(metric)), metric).toEqual(new Set([Math.fround(value)]))
  }
  expect(figures.values.throughput_tokens_per_sec).toBeCloseTo(500 / 99.14, 10)
  expect(of('joules_per_output_token').every(Number.isNaN)).toBe(true)
})

it('tells nothing of few requests, and nothing of a p99 of less than a hundred', () => {
  const known = (count: number) => {
    const { of } = replicatesOf(requests(count, (i) => 100 + (i % 7)))
    return COMPARED_METRICS.filter((metric) => !of(metric).some(Number.isNaN))
  }
  const some = COMPARED_METRICS.filter((metric) => metric !== 'joules_per_output_token')
  expect(known(29)).toEqual([])
  expect(known(99)).toEqual(some.filter((metric) => !/^(ttft|tpot|e2e)_p99/.test(metric)))
  expect(known(100)).toEqual(some)
})

it('is the same for the same seed only', () => {
  const records = requests(100, (i) => 100 + ((i * 37) % 100))
  expect(replicatesOf(records).all).toEqual(replicatesOf(records).all)
  expect(replicatesOf(records, 'run 1').of('ttft_p50_ms')).not.toEqual(
    replicatesOf(records).of('ttft_p50_ms'),
  )
})

it('varies half as much when a quarter of the requests stands for all', () => {
  const records = requests(120, (i) => 100 + ((i * 37) % 100))
  for (const metric of ['ttft_p50_ms', 'ttft_p99_ms', 'throughput_tokens_per_sec'] as const) {
    const [whole, quarter] = [replicatesOf(records), replicatesOf(records, 'run 0', 4)]
    const value = whole.figures.values[metric] ?? Number.NaN
    const deviations = [...whole.of(metric)].map((replicate) => (replicate - value) / 2)
    expect(Math.max(...deviations), metric).toBeGreaterThan(0)
    for (const [i, replicate] of quarter.of(metric).entries()) {
      expect(replicate - value).toBeCloseTo(deviations[i] ?? Number.NaN, 3)
    }
  }
})

it('varies the error rate around its value, and the goodput against it where only failures miss', () => {
  const failing = (i: number) => ((i * 7919) % 400) % 4 === 0
  const records = Array.from({ length: 400 }, (_, index) =>
    failing(index)
      ? failedRecord({ index, sent_ms: index * 1000, stream_end_ms: index * 1000 + 10 })
      : request(index),
  )
  const { figures, of } = replicatesOf(records)
  expect(figures.values.error_rate_percent).toBe(25)
  const replicates = [...of('error_rate_percent')]
  const mean = replicates.reduce((a, b) => a + b) / REPLICATES
  expect(mean).toBeGreaterThan(24.8)
  expect(mean).toBeLessThan(25.2)
  expect(of('goodput_percent').map((good) => 100 - good)).toEqual(of('error_rate_percent'))
})
