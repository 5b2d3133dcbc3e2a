import { Histogram } from './histogram.ts'

const TTFT_BOUNDS_S = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640,
  2560,
]
const TOKEN_GAP_BOUNDS_S = [
  0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
]
const REQUEST_BOUNDS_S = [
  0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680,
]

export type FinishReason = 'stop' | 'length'
type EngineLoad = { running: number; waiting: number; kvCacheUsage: number; preemptions: number }

/** What the server has done, under the names vLLM gives it. Durations are seconds. */
export class VllmMetrics {
  readonly #labels: string
  readonly #finished = { stop: 0, length: 0, abort: 0 }
  #promptTokens = 0
  #generationTokens = 0
  readonly #ttft = new Histogram(TTFT_BOUNDS_S)
  readonly #tokenGap = new Histogram(TOKEN_GAP_BOUNDS_S)
  readonly #requestTpot = new Histogram(TOKEN_GAP_BOUNDS_S)
  readonly #e2e = new Histogram(REQUEST_BOUNDS_S)
  readonly #queueTime = new Histogram(REQUEST_BOUNDS_S)

  constructor(modelName: string) {
    const escaped = modelName.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    this.#labels = `engine="0",model_name="${escaped}"`
  }

  /** A request's first token, `ttftS` after its arrival, of which it queued for `queueS`. */
  firstToken(promptTokens: number, ttftS: number, queueS: number): void {
    this.#promptTokens += promptTokens
    this.#generationTokens += 1
    this.#ttft.observe(ttftS)
    this.#queueTime.observe(queueS)
  }

  /** A later token, `gapS` after the one before. */
  laterToken(gapS: number): void {
    this.#generationTokens += 1
    this.#tokenGap.observe(gapS)
  }

  /** A request has all its tokens; `tpotS` is null where there is only one. */
  finished(reason: FinishReason, e2eS: number, tpotS: number | null): void {
    this.#finished[reason] += 1
    this.#e2e.observe(e2eS)
    if (tpotS !== null) this.#requestTpot.observe(tpotS)
  }

  /** A request ended before it had all its tokens. */
  aborted(): void {
    this.#finished.abort += 1
  }

  /** The whole page in Prometheus' text format. */
  render(load: EngineLoad): string {
    const value = (name: string, type: 'gauge' | 'counter', help: string, current: number): string[] => [
      ...header(name, type, help),
      `vllm:${name}{${this.#labels}} ${current}`,
    ]
    const histogram = (name: string, help: string, values: Histogram): string[] => [
      ...header(name, 'histogram', help),
      ...values.lines(`vllm:${name}`, this.#labels),
    ]
    const successes = Object.entries(this.#finished).map(
      ([reason, count]) => `vllm:request_success_total{${this.#labels},finished_reason="${reason}"} ${count}`,
    )
    const lines = [
      ...value('num_requests_running', 'gauge', 'Requests in the running batch.', load.running),
      ...value('num_requests_waiting', 'gauge', 'Requests waiting for a place in the batch.', load.waiting),
      ...value('kv_cache_usage_perc', 'gauge', 'KV cache in use, 1 being all of it.', load.kvCacheUsage),
      ...value('gpu_cache_usage_perc', 'gauge', 'The same, under its older name.', load.kvCacheUsage),
      ...value('num_preemptions_total', 'counter', 'Requests put back in the queue.', load.preemptions),
      ...value('prompt_tokens_total', 'counter', 'Prompt tokens processed.', this.#promptTokens),
      ...value('generation_tokens_total', 'counter', 'Tokens generated.', this.#generationTokens),
      ...header('request_success_total', 'counter', 'Requests ended, by reason.'),
      ...successes,
      ...histogram('time_to_first_token_seconds', 'Arrival to first token.', this.#ttft),
      ...histogram('inter_token_latency_seconds', 'Gap between successive tokens.', this.#tokenGap),
      ...histogram('time_per_output_token_seconds', 'The same, under its older name.', this.#tokenGap),
      ...histogram('request_time_per_output_token_seconds', 'Mean gap of a request.', this.#requestTpot),
      ...histogram('e2e_request_latency_seconds', 'Arrival to last token.', this.#e2e),
      ...histogram(
        'request_queue_time_seconds',
        'Arrival to the first step of the prefill.',
        this.#queueTime,
      ),
    ]
    return `${lines.join('\n')}\n`
  }
}

function header(name: string, type: string, help: string): string[] {
  return [`# HELP vllm:${name} ${help}`, `# TYPE vllm:${name} ${type}`]
}
