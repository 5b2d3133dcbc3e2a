import { expect, it } from 'vitest'
import { COMPARED_METRICS, type ComparedMetric } from '../comparison.ts'
import { RunDefinition } from '../run-definition.ts'
import { failedRecord, sampleRecord } from '../testing/sample-record.ts'
import { seededIntegers } from './block-bootstrap.ts'
import { compareRuns } from './comparison.ts'
import { NO_EVIDENCE } from './evidence.ts'
import { levelFigures } from './level-figures.ts'
import { levelResult } from './level-metrics.ts'
import { levelReplicates, withIntervals } from './level-replicates.ts'
import { LevelSample } from './level-sample.ts'

const CONCURRENCY = 4
const REQUESTS = 400
const slo = { e2e_ms: 260 }
const config = RunDefinition.parse({
  server_url: 'http://llm.test',
  model: 'm',
  concurrency: [CONCURRENCY],
  goodput_thresholds: slo,
})

type Server = { likeness: number; slower: number }

/** Draws that repeat; the test must not pass or fail by chance. */
function normalDraws(seed: number): () => number {
  const next = seededIntegers(seed)
  const uniform = () => (next() + 1) / 2 ** 32
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

/**
 * A closed loop on a server whose pace drifts, so that a request is like the one before (1: the same, 0: not at all), all
 * times `slower` as long.
 */
function records(seed: number, { likeness, slower }: Server) {
  const normal = normalDraws(seed)
  const free = Array<number>(CONCURRENCY).fill(0)
  let drift = normal()
  return Array.from({ length: REQUESTS }, (_, index) => {
    drift = likeness * drift + Math.sqrt(1 - likeness ** 2) * normal()
    const pace = slower * Math.exp(0.2 * drift)
    const sent_ms = Math.min(...free)
    const times = [100, 110, 120, 130, 140]
      .map((ms) => (ms + 5 * Math.abs(normal())) * pace)
      .sort((a, b) => a - b)
    const [first = 0, last = 0] = [times[0], times.at(-1)]
    const end = sent_ms + last
    free[free.indexOf(sent_ms)] = end
    if (normal() < -2) return failedRecord({ index, sent_ms, stream_end_ms: end })
    const shared = { index, sent_ms, stream_end_ms: end, first_token_ms: sent_ms + first, last_token_ms: end }
    return sampleRecord({ ...shared, event_ms: times })
  })
}

function comparable(seed: number, server: Server) {
  const runId = `run_${String(seed).padStart(26, '0')}`
  const made = records(seed, server)
  const load = { kind: 'concurrency', index: 0, concurrency: CONCURRENCY } as const
  const level = levelResult(made, load, slo, NO_EVIDENCE)
  const sample = new LevelSample(level, slo, made.length)
  sample.add(made, false)
  const [figures] = levelFigures({ config, results: [level], gpu: null })
  if (!figures) throw new Error('a level has no figures')
  const replicates = levelReplicates(figures, sample, runId)
  return { runId, model: 'm', config, levels: [withIntervals(figures, replicates)], replicates }
}

/** Of pairs of runs, in how many each figure exceeds noise. */
function exceeding(pairs: number, { likeness, slower }: Server): Record<ComparedMetric, number> {
  const counts = new Map<ComparedMetric, number>()
  for (let pair = 0; pair < pairs; pair++) {
    const a = comparable(1000 + 2 * pair, { likeness, slower: 1 })
    const b = comparable(1001 + 2 * pair, { likeness, slower })
    const changed = compareRuns([a, b], a.runId).levels[0]?.runs[1]?.metrics
    for (const metric of COMPARED_METRICS) {
      if (changed?.[metric].change?.exceeds_noise) counts.set(metric, (counts.get(metric) ?? 0) + 1)
    }
  }
  return Object.fromEntries(COMPARED_METRICS.map((metric) => [metric, counts.get(metric) ?? 0])) as Record<
    ComparedMetric,
    number
  >
}

it.each([
  ['unlike', 0, 4],
  ['like', 0.5, 8],
])('two runs of the same server rarely exceed noise when a request is %s the one before', (_, likeness, most) => {
  const found = exceeding(40, { likeness, slower: 1 })
  for (const metric of COMPARED_METRICS) expect(found[metric], metric).toBeLessThanOrEqual(most)
  const judged = Object.values(found).reduce((sum, count) => sum + count, 0)
  // Of 11 figures that are judged; 5 % and, of like requests, 10 % are to be expected.
  expect(judged / (40 * 11)).toBeLessThan(most / 50)
})

it('a server slower by a fifth exceeds it', () => {
  const found = exceeding(20, { likeness: 0.5, slower: 1.2 })
  for (const metric of ['throughput_tokens_per_sec', 'ttft_p50_ms', 'tpot_p50_ms', 'itl_p50_ms'] as const) {
    expect(found[metric], metric).toBe(20)
  }
  expect(found.ttft_p99_ms).toBeGreaterThanOrEqual(15)
  // Neither has more failures, and energy is not known.
  expect(found.error_rate_percent).toBeLessThanOrEqual(2)
  expect(found.joules_per_output_token).toBe(0)
})
