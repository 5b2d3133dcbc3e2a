import type { LevelResult } from '../level-result.ts'
import type { RequestRecord } from '../request-record.ts'
import type { RunDefinition } from '../run-definition.ts'
import { ChunkGaps } from './chunk-gaps.ts'
import { meetsObjectives } from './goodput.ts'
import { begunMs, e2eMs, tpotMs, ttftMs } from './request-metrics.ts'
import { type WeightedSamples, weightedSamples } from './weighted-samples.ts'

/** Gaps between events that are kept of a level. */
const MAX_GAPS = 20_000
/** Requests whose gaps are kept, or left out, together. */
const GAP_STRETCH = 50

type Sample = { value: number; owner: number; count: number }

/** When the request was over, ms: what the order of completion goes by. */
const doneMs = (request: RequestRecord): number =>
  request.stream_end_ms ?? begunMs(request) ?? request.intended_ms ?? 0

/** What the bootstrap needs of some of a level's measured requests; their records can go once they are added. */
export class LevelSample {
  readonly #closedLoop: boolean
  readonly #slo: RunDefinition['goodput_thresholds']
  readonly #gapStride: number
  #lastMs: number | null = null
  readonly #latencies: Record<'ttft' | 'tpot' | 'e2e' | 'itl', Sample[]> = {
    ttft: [],
    tpot: [],
    e2e: [],
    itl: [],
  }
  /** Output tokens of each request; 0 of one that failed. */
  readonly outputTokens: number[] = []
  /** Time the level's throughput is set against: see add. */
  readonly timeMs: number[] = []
  readonly failed: number[] = []
  readonly good: number[] = []
  /** ok requests, and those of them whose gaps are kept. */
  ok = 0
  withGaps = 0

  /**
   * @param level the level's own result
   * @param requests how many of its requests will be added, about
   */
  constructor(
    level: Pick<LevelResult, 'concurrency' | 'successful_requests' | 'tokens'>,
    slo: RunDefinition['goodput_thresholds'],
    requests: number,
  ) {
    this.#closedLoop = level.concurrency !== null
    this.#slo = slo
    const tokensOfOne = level.tokens.output_tokens / Math.max(1, level.successful_requests)
    this.#gapStride = Math.max(1, Math.ceil((requests * tokensOfOne) / MAX_GAPS))
  }

  get requests(): number {
    return this.failed.length
  }

  /**
   * Adds requests that ended one after another. In a closed loop each brings the time it held its place for, so that
   * tokens over time are what its places yield (Little's law); in an open loop the time since the one before it ended.
   * @param follows whether they ended next after those added before
   */
  add(stretch: readonly RequestRecord[], follows: boolean): void {
    const measured = stretch.filter((record) => !record.warmup && !record.cooldown)
    measured.sort((a, b) => doneMs(a) - doneMs(b))
    const first = measured[0]
    const last = measured.at(-1)
    if (!first || !last) return
    const meanGapMs = measured.length > 1 ? (doneMs(last) - doneMs(first)) / (measured.length - 1) : 0
    let before = Math.min(doneMs(first), (follows ? this.#lastMs : null) ?? doneMs(first) - meanGapMs)
    this.#lastMs = doneMs(last)
    for (const record of measured) {
      const held = (record.stream_end_ms ?? 0) - (begunMs(record) ?? record.stream_end_ms ?? 0)
      this.timeMs.push(this.#closedLoop ? Math.max(0, held) : doneMs(record) - before)
      before = doneMs(record)
      this.#addRequest(record)
    }
  }

  #addRequest(record: RequestRecord): void {
    const owner = this.requests
    const ok = record.outcome === 'ok'
    this.failed.push(ok ? 0 : 1)
    this.good.push(this.#slo && meetsObjectives(record, this.#slo) ? 1 : 0)
    this.outputTokens.push(ok ? (record.output_tokens ?? 0) : 0)
    if (!ok) return
    this.ok++
    const values = { ttft: ttftMs(record), tpot: tpotMs(record), e2e: e2eMs(record) }
    for (const latency of ['ttft', 'tpot', 'e2e'] as const) {
      const value = values[latency]
      if (value !== null) this.#latencies[latency].push({ value, owner, count: 1 })
    }
    if (Math.floor(owner / GAP_STRETCH) % this.#gapStride !== 0) return
    this.withGaps++
    const gaps = new ChunkGaps(record)
    while (gaps.next()) {
      this.#latencies.itl.push({ value: gaps.ms / gaps.tokens, owner, count: gaps.tokens })
    }
  }

  /** The samples of a latency, ms; of the ITL one a token, as METRICS pools them. */
  samples(latency: 'ttft' | 'tpot' | 'e2e' | 'itl'): WeightedSamples {
    return weightedSamples(this.#latencies[latency], this.requests)
  }
}
