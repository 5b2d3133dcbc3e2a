import type { LoadLevel, RequestRecord, RunConfig, RunView } from '@llm-loadtest/schema'
import { type SampleStatistics, sampleStatistics, TimeCounts } from '@llm-loadtest/schema/metrics'
import { aiperfRequest, isGood, RECORD_METRICS } from './aiperf-metrics.ts'
import {
  type ExportedLevel,
  isMeasured,
  type MeasuredRequest,
  measuredRequest,
  plus,
} from './exported-level.ts'

/** Of the shape: 1.1 is the version that added `count` and `sum`. */
const SCHEMA_VERSION = '1.1'
const PERCENTILES = [1, 5, 10, 25, 50, 75, 90, 95, 99] as const

type Metric = { unit: string } & Record<string, string | number>
type Metrics = Record<string, Metric | null>
type ErrorGroup = { error_details: { code?: number; type: string; message: string }; count: number }

/** A metric of each request; null, and so left out, without a value. */
function distributed(statistics: SampleStatistics | null, unit: string): Metric | null {
  if (!statistics) return null
  const { mean, min, max, std, count, sum, percentile } = statistics
  const percentiles = PERCENTILES.map((percent) => [`p${percent}`, percentile(percent)])
  return { unit, avg: mean, ...Object.fromEntries(percentiles), min, max, std, count, sum }
}

/** A metric of the level, whose one value AIPerf keeps in `avg`. */
const single = (avg: number | null, unit: string): Metric | null => (avg === null ? null : { unit, avg })

function loadgenConfig(level: LoadLevel, config: RunConfig): Record<string, number> {
  const most = config.max_concurrency === undefined ? {} : { concurrency: config.max_concurrency }
  switch (level.kind) {
    case 'concurrency':
      return { concurrency: level.concurrency }
    case 'request_rate':
      return { request_rate: level.requestRate, ...most }
    case 'replay':
      return most
    default:
      return level satisfies never
  }
}

/** What AIPerf's own configuration would say of the load. */
const inputConfig = ({ run, level }: ExportedLevel) => ({
  endpoint: {
    model_names: [run.model],
    type: run.config.endpoint,
    streaming: run.config.stream,
    url: run.server_url,
  },
  loadgen: loadgenConfig(level, run.config),
})

/** Wall-clock time of a moment of the run, ms since its start; null when it is not known. */
function instantOf({ started_at }: RunView, ms: number): string | null {
  if (started_at === null || !Number.isFinite(ms)) return null
  return new Date(Date.parse(started_at) + ms).toISOString()
}

/**
 * A load level in the shape of AIPerf's `profile_export_aiperf.json`, by AIPerf's definitions: takes the records one by
 * one, so that no level is too large. As there, a metric without a value is left out. See docs/exports.md.
 */
export class AiperfExport {
  readonly #slo: RunConfig['goodput_thresholds']
  readonly #samples = new Map<string, number[]>(RECORD_METRICS.map(({ tag }) => [tag, []]))
  readonly #chunkGaps = new TimeCounts()
  readonly #errorInputs: number[] = []
  readonly #errors = new Map<string, ErrorGroup>()
  #completed = 0
  #failed = 0
  #good = 0
  #startMs = Number.POSITIVE_INFINITY
  #endMs = Number.NEGATIVE_INFINITY

  constructor(slo: RunConfig['goodput_thresholds']) {
    this.#slo = slo
  }

  add(record: RequestRecord): void {
    if (!isMeasured(record)) return
    const request = measuredRequest(record)
    if (request) this.#succeeded(request)
    else this.#hasFailed(record)
  }

  #succeeded(request: MeasuredRequest): void {
    this.#completed++
    this.#startMs = Math.min(this.#startMs, request.startMs)
    this.#endMs = Math.max(this.#endMs, request.startMs + request.latencyMs)
    const figures = aiperfRequest(request)
    for (const { tag, of } of RECORD_METRICS) {
      const value = of(figures)
      if (value !== null) this.#samples.get(tag)?.push(value)
    }
    for (const gap of figures.icl) this.#chunkGaps.add(gap)
    if (this.#slo && isGood(figures, this.#slo)) this.#good++
  }

  #hasFailed({ outcome, http_status, error_message, input_tokens }: RequestRecord): void {
    this.#failed++
    if (input_tokens !== null) this.#errorInputs.push(input_tokens)
    const key = `${outcome} ${http_status}`
    const code = http_status === null ? {} : { code: http_status }
    const group = this.#errors.get(key) ?? {
      error_details: { ...code, type: outcome, message: error_message ?? outcome },
      count: 0,
    }
    this.#errors.set(key, { ...group, count: group.count + 1 })
  }

  #statistics(tag: string): SampleStatistics | null {
    return sampleStatistics(this.#samples.get(tag) ?? [])
  }

  /** A total over the ok requests; null when one of them has no value. */
  #total(tag: string): number | null {
    const statistics = this.#statistics(tag)
    return statistics && statistics.count === this.#completed ? statistics.sum : null
  }

  #recordMetrics(): Metrics {
    const entries = RECORD_METRICS.map(({ tag, unit }) => [tag, distributed(this.#statistics(tag), unit)])
    return {
      ...Object.fromEntries(entries),
      inter_chunk_latency: distributed(this.#chunkGaps.statistics(), 'ms'),
      error_isl: distributed(sampleStatistics(this.#errorInputs), 'tokens'),
    }
  }

  #levelMetrics(): Metrics {
    const seconds = this.#endMs > this.#startMs ? (this.#endMs - this.#startMs) / 1000 : null
    const rate = (amount: number | null, unit: string) =>
      single(amount === null || seconds === null ? null : amount / seconds, unit)
    const isl = this.#total('input_sequence_length')
    const osl = this.#total('output_sequence_length')
    const good = this.#slo ? this.#good : null
    const errorInputs = this.#errorInputs.length === 0 ? null : this.#errorInputs.reduce((a, b) => a + b)
    return {
      request_count: single(this.#completed, 'requests'),
      error_request_count: single(this.#failed === 0 ? null : this.#failed, 'requests'),
      request_throughput: rate(this.#completed, 'requests/sec'),
      output_token_throughput: rate(osl, 'tokens/sec'),
      total_token_throughput: rate(plus(isl, osl), 'tokens/sec'),
      total_isl: single(isl, 'tokens'),
      total_osl: single(osl, 'tokens'),
      total_output_tokens: single(this.#total('output_token_count'), 'tokens'),
      total_reasoning_tokens: single(this.#total('reasoning_token_count'), 'tokens'),
      total_error_isl: single(errorInputs, 'tokens'),
      good_request_count: single(good, 'requests'),
      goodput: rate(good, 'requests/sec'),
      benchmark_duration: single(seconds, 'sec'),
    }
  }

  /** The file's content; what cannot be told is not there. */
  content(about: ExportedLevel): Record<string, unknown> {
    const { run } = about
    const fields = {
      schema_version: SCHEMA_VERSION,
      benchmark_id: run.run_id,
      ...this.#levelMetrics(),
      ...this.#recordMetrics(),
      input_config: inputConfig(about),
      was_cancelled: run.status === 'cancelled',
      error_summary: [...this.#errors.values()],
      start_time: instantOf(run, this.#startMs),
      end_time: instantOf(run, this.#endMs),
    }
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
  }
}
