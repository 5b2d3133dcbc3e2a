import type { Endpoint } from '../http/completion-request.ts'

/** How a request ended; null while it goes on. */
export type TraceOutcome = 'completed' | 'error' | 'fault' | 'client_left'

/** The truth about one request. Times are ms since the epoch with fractions; null is what has not happened. */
export type RequestTrace = {
  request_id: string
  client_request_id: string | null
  endpoint: Endpoint
  stream: boolean | null
  fault: string | null
  status: number | null
  received_at: number
  /** When the first step of its prefill began. */
  admitted_at: number | null
  headers_sent_at: number | null
  /** When each token was written to the socket, one entry a token. */
  token_times_ms: number[]
  /** Tokens in each event that carried any, in order. */
  tokens_per_event: number[]
  ended_at: number | null
  prompt_tokens: number | null
  completion_tokens: number
  reasoning_tokens: number
  finish_reason: string | null
  outcome: TraceOutcome | null
}

/** Adds what this process's `performance.now()` leaves out, so that another process on the host can line the times up. */
export function toEpochMs(monotonicMs: number): number {
  return performance.timeOrigin + monotonicMs
}

/** Records one request. All methods take `performance.now()` ms. */
export class TraceRecorder {
  readonly trace: RequestTrace

  constructor(trace: RequestTrace) {
    this.trace = trace
  }

  /** One event with `count` tokens was written at `atMs`. */
  tokensSent(atMs: number, count: number): void {
    const at = toEpochMs(atMs)
    for (let i = 0; i < count; i++) this.trace.token_times_ms.push(at)
    this.trace.tokens_per_event.push(count)
    this.trace.completion_tokens += count
  }

  /** The request is over. Only the first call counts. */
  ended(atMs: number, outcome: TraceOutcome): void {
    if (this.trace.outcome !== null) return
    this.trace.outcome = outcome
    this.trace.ended_at = toEpochMs(atMs)
  }
}

/** Keeps the newest traces, found by the response's id or by the client's own `x-request-id` (the latest that used it). */
export class TraceStore {
  readonly #capacity: number
  readonly #traces = new Map<string, RequestTrace>()
  readonly #byClientId = new Map<string, RequestTrace>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Starts a trace, dropping the oldest where the store is full. */
  start(trace: RequestTrace): TraceRecorder {
    const [oldest] = this.#traces.values()
    if (this.#traces.size >= this.#capacity && oldest !== undefined) this.#drop(oldest)
    this.#traces.set(trace.request_id, trace)
    if (trace.client_request_id !== null) this.#byClientId.set(trace.client_request_id, trace)
    return new TraceRecorder(trace)
  }

  find(id: string): RequestTrace | null {
    return this.#traces.get(id) ?? this.#byClientId.get(id) ?? null
  }

  #drop(trace: RequestTrace): void {
    this.#traces.delete(trace.request_id)
    const id = trace.client_request_id
    if (id !== null && this.#byClientId.get(id) === trace) this.#byClientId.delete(id)
  }
}
