import type { LoadLevel, RequestRecord, RunConfig } from '@llm-loadtest/schema'
import { type SampleStatistics, sampleStatistics, TimeCounts, takenUpMs } from '@llm-loadtest/schema/metrics'
import {
  contentTimes,
  type ExportedLevel,
  isMeasured,
  type MeasuredRequest,
  measuredRequest,
  plus,
} from './exported-level.ts'
import { EventCounts, mostAtOnce } from './peaks.ts'

type Value = number | string | null
const PERCENTILES = [90, 95, 99] as const

/** The times of a streamed request's chunks: vLLM counts the role-only one that servers send first, too. */
function chunkTimes({ record, streamed }: MeasuredRequest): number[] {
  if (!streamed) return []
  const content = contentTimes(record)
  const first = record.first_event_ms
  return first !== null && first < (content[0] ?? first) ? [first, ...content] : content
}

/** Fields of one metric, named as with `--percentile-metrics ttft,tpot,itl,e2el`. */
function metricFields(name: string, statistics: SampleStatistics | null): Record<string, Value> {
  return {
    [`mean_${name}_ms`]: statistics?.mean ?? null,
    [`median_${name}_ms`]: statistics?.percentile(50) ?? null,
    [`std_${name}_ms`]: statistics?.std ?? null,
    ...Object.fromEntries(
      PERCENTILES.map((percent) => [`p${percent}_${name}_ms`, statistics?.percentile(percent) ?? null]),
    ),
  }
}

/** As in `%Y%m%d-%H%M%S`, of UTC. */
const dateOf = (instant: string | null): string | null =>
  instant?.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-') ?? null

function trafficFields(level: LoadLevel, config: RunConfig): Record<string, Value> {
  switch (level.kind) {
    case 'concurrency':
      return { request_rate: 'inf', burstiness: 1, max_concurrency: level.concurrency }
    case 'request_rate':
      return {
        request_rate: level.requestRate,
        // The shape of vLLM's gamma arrivals, of which even spacing is the limit.
        burstiness: level.arrival === 'constant' ? 'inf' : level.burstiness,
        max_concurrency: config.max_concurrency ?? null,
      }
    case 'replay':
      return { request_rate: null, burstiness: null, max_concurrency: config.max_concurrency ?? null }
    default:
      return level satisfies never
  }
}

/**
 * A load level in the shape of the file `vllm bench serve --save-result` writes, by vLLM's definitions: takes the
 * records one by one, so that no level is too large. Source: vllm/benchmarks/serve.py. See docs/exports.md.
 */
export class VllmExport {
  readonly #slo: RunConfig['goodput_thresholds']
  #completed = 0
  #failed = 0
  #good = 0
  #inputTokens: number | null = 0
  #outputTokens: number | null = 0
  #startMs = Number.POSITIVE_INFINITY
  #endMs = Number.NEGATIVE_INFINITY
  readonly #ttfts: number[] = []
  readonly #tpots: number[] = []
  readonly #itls = new TimeCounts()
  readonly #latencies: number[] = []
  readonly #starts: number[] = []
  readonly #ends: number[] = []
  readonly #chunks = new EventCounts()

  constructor(slo: RunConfig['goodput_thresholds']) {
    this.#slo = slo
  }

  add(record: RequestRecord): void {
    if (!isMeasured(record)) return
    this.#startMs = Math.min(this.#startMs, takenUpMs(record) ?? this.#startMs)
    this.#endMs = Math.max(this.#endMs, record.stream_end_ms ?? this.#endMs)
    const request = measuredRequest(record)
    if (request) this.#succeeded(request)
    else this.#failed++
  }

  #succeeded(request: MeasuredRequest): void {
    const { record, startMs, latencyMs } = request
    const chunks = chunkTimes(request)
    const [first] = chunks
    const ttft = first === undefined ? null : first - startMs
    const tokens = record.output_tokens
    const tpot = ttft === null || tokens === null || tokens < 2 ? null : (latencyMs - ttft) / (tokens - 1)
    this.#completed++
    this.#inputTokens = plus(this.#inputTokens, record.input_tokens)
    this.#outputTokens = plus(this.#outputTokens, tokens)
    if (ttft !== null) this.#ttfts.push(ttft)
    if (tpot !== null) this.#tpots.push(tpot)
    this.#latencies.push(latencyMs)
    this.#starts.push(startMs)
    this.#ends.push(startMs + latencyMs)
    for (const at of chunks) this.#chunks.add(at)
    for (const [i, at] of chunks.entries()) if (i > 0) this.#itls.add(at - (chunks[i - 1] ?? at))
    // An output of one token has a TPOT of 0 here, as vLLM judges it.
    this.#good += Number(this.#isGood({ ttft, tpot: tokens === 1 ? 0 : tpot, e2e: latencyMs }))
  }

  #isGood(times: { ttft: number | null; tpot: number | null; e2e: number }): boolean {
    return (['ttft', 'tpot', 'e2e'] as const).every((name) => {
      const limit = this.#slo?.[`${name}_ms`]
      return limit === undefined || (times[name] ?? Number.POSITIVE_INFINITY) <= limit
    })
  }

  #resultFields(): Record<string, Value> {
    const seconds = this.#endMs > this.#startMs ? (this.#endMs - this.#startMs) / 1000 : null
    const perSecond = (amount: number | null) =>
      amount === null || seconds === null ? null : amount / seconds
    const started = this.#starts.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY)
    return {
      duration: seconds,
      completed: this.#completed,
      failed: this.#failed,
      total_input_tokens: this.#inputTokens,
      total_output_tokens: this.#outputTokens,
      request_throughput: perSecond(this.#completed),
      request_goodput: this.#slo ? perSecond(this.#good) : null,
      output_throughput: perSecond(this.#outputTokens),
      total_token_throughput: perSecond(plus(this.#inputTokens, this.#outputTokens)),
      max_output_tokens_per_s: this.#chunks.peakPerSecond(started),
      max_concurrent_requests: this.#completed === 0 ? null : mostAtOnce(this.#starts, this.#ends),
    }
  }

  /** The file's content; what cannot be told is null. */
  content({ run, level }: ExportedLevel): Record<string, Value> {
    const backend = run.config.endpoint === 'chat' ? 'openai-chat' : 'openai'
    return {
      date: dateOf(run.completed_at),
      endpoint_type: backend,
      backend,
      label: run.name,
      model_id: run.model,
      tokenizer_id: run.config.tokenizer === 'auto' ? null : run.config.tokenizer,
      num_prompts: this.#completed + this.#failed,
      ...trafficFields(level, run.config),
      ...this.#resultFields(),
      ...metricFields('ttft', sampleStatistics(this.#ttfts)),
      ...metricFields('tpot', sampleStatistics(this.#tpots)),
      ...metricFields('itl', this.#itls.statistics()),
      ...metricFields('e2el', sampleStatistics(this.#latencies)),
    }
  }
}
