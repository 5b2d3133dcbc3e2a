import type { RequestLogEntry, RunProgress } from '@llm-loadtest/schema'
import { distribution } from '@llm-loadtest/schema/metrics'
import type { EndedRequest } from '../crew/ended-request.ts'

/** Live latencies are those of the requests that ended last: at most so many, in at most so long. */
const WINDOW_REQUESTS = 1000
const WINDOW_MS = 10_000
const MAX_LOG_ENTRIES = 20

type Counts = { succeeded: number; failed: number }
type Sample = { at: number; ttftMs: number | null; tpotMs: number | null }

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)

/** Running figures of a pass for progress snapshots: cheap to add to, and no part of the result. */
export class LiveFigures {
  #samples: Sample[] = []
  #log: RequestLogEntry[] = []
  #sent = 0
  #ended = 0
  /** Of the requests that have ended, by the level they belong to: they may end in a later one. */
  readonly #counts = new Map<number, Counts>()
  #counted = { tokens: 0, at: performance.now() }
  #last = this.#counted

  /** Requests of a level that have ended. */
  completed(levelIndex: number): number {
    const { succeeded, failed } = this.#countsOf(levelIndex)
    return succeeded + failed
  }

  /** How much was sent and received until now. */
  counted({ sent, outputTokens }: { sent: number; outputTokens: number }): void {
    this.#sent = sent
    this.#counted = { tokens: outputTokens, at: performance.now() }
  }

  ended(request: EndedRequest, runStart: number): void {
    const { exchange } = request
    const ok = exchange.outcome === 'ok'
    this.#ended++
    const counts = this.#countsOf(request.levelIndex)
    if (ok) counts.succeeded++
    else counts.failed++
    const at = performance.now()
    const ttftMs = orNull(exchange.firstTokenAt - exchange.sentAt)
    const tokens = exchange.usage?.outputTokens ?? exchange.eventCount
    const tpotMs =
      tokens > 1 && exchange.eventCount > 1
        ? (exchange.lastTokenAt - exchange.firstTokenAt) / (tokens - 1)
        : null
    if (ok) {
      if (this.#samples.length >= WINDOW_REQUESTS) this.#samples.shift()
      this.#samples.push({ at, ttftMs, tpotMs })
    }
    if (this.#log.length >= MAX_LOG_ENTRIES) return
    this.#log.push({
      request_id: request.requestId,
      level_index: request.levelIndex,
      at_ms: at - runStart,
      outcome: exchange.outcome,
      http_status: exchange.httpStatus,
      ttft_ms: ttftMs,
      e2e_ms: orNull(exchange.lastTokenAt - exchange.sentAt),
      output_tokens: exchange.usage?.outputTokens ?? (exchange.eventCount || null),
      error_message: exchange.errorMessage,
    })
  }

  /** The log entries since the last call. */
  takeLog(): RequestLogEntry[] {
    const log = this.#log
    this.#log = []
    return log
  }

  /**
   * Figures now; the throughput is that since the last call, and what is running is of all levels.
   * @param levelIndex whose requests are counted @param elapsedS time since the run's start, s
   */
  metrics(levelIndex: number, elapsedS: number): RunProgress['metrics'] {
    const now = performance.now()
    this.#samples = this.#samples.filter(({ at }) => now - at <= WINDOW_MS)
    const present = (value: number | null): value is number => value !== null
    const ttft = distribution(this.#samples.map(({ ttftMs }) => ttftMs).filter(present))
    const tpot = distribution(this.#samples.map(({ tpotMs }) => tpotMs).filter(present))
    const throughput = this.#throughput(now)
    const { succeeded, failed } = this.#countsOf(levelIndex)
    return {
      ttft_avg: ttft?.mean ?? null,
      ttft_p50: ttft?.p50 ?? null,
      ttft_p99: ttft?.p99 ?? null,
      tpot_avg: tpot?.mean ?? null,
      throughput_current: throughput,
      running: Math.max(0, this.#sent - this.#ended),
      completed: succeeded + failed,
      success_count: succeeded,
      error_count: failed,
      elapsed_s: elapsedS,
    }
  }

  #countsOf(levelIndex: number): Counts {
    const known = this.#counts.get(levelIndex)
    if (known) return known
    const counts = { succeeded: 0, failed: 0 }
    this.#counts.set(levelIndex, counts)
    return counts
  }

  /** Output tokens per second between the count that the last snapshot had and this one's. */
  #throughput(now: number): number | null {
    // Nothing was received since: the workers only tell what is new.
    const counted = this.#counted.at === this.#last.at ? { ...this.#counted, at: now } : this.#counted
    const seconds = (counted.at - this.#last.at) / 1000
    const throughput = seconds > 0 ? (counted.tokens - this.#last.tokens) / seconds : null
    this.#counted = counted
    this.#last = counted
    return throughput
  }
}
