import type { Outcome } from '@llm-loadtest/schema'
import type { EventText } from './event-text.ts'

export type ChatMessage = { role: 'system' | 'user' | 'assistant'; content: string }

/** What a request asks: a prompt, or the messages of a conversation so far. */
export type RequestInput = { prompt: string } | { messages: readonly ChatMessage[] }

/** A request made ready to be sent: nothing is serialised after its send time has come. */
export type PreparedRequest = {
  input: RequestInput
  maxTokens: number
  /** The serialised request and what it depends on; owned by the backend. */
  body: Buffer
  usageMode: UsageMode
}

/** How token counts are asked for; a server that refuses one gets the next. */
export type UsageMode = 'continuous' | 'final' | 'none'

/** Token counts a server reports. */
export type Usage = {
  inputTokens: number | null
  outputTokens: number | null
  reasoningTokens: number | null
}

/**
 * What was seen of one request. Times are ms on performance.now()'s clock; NaN stands for "never happened". It is plain
 * data with typed arrays, so that it can be handed to another thread.
 */
export type Exchange = {
  sentAt: number
  /** Time to open the connection, or to fail to, ms; 0 on a reused one; NaN when it was never tried. */
  connectMs: number
  firstEventAt: number
  firstTokenAt: number
  firstOutputTokenAt: number
  /** Whether reasoning came, before the answer or with it. */
  reasoned: boolean
  lastTokenAt: number
  endedAt: number
  /** Times of the content events of a stream. */
  eventAt: Float64Array
  eventCount: number
  /** Output tokens up to and with each content event, where the server tells them; null otherwise. */
  eventTotals: Uint32Array | null
  /**
   * The text of each content event, undecoded; of a response that is not streamed, one entry. Empty when the server's
   * counts leave nothing to be counted and the run does not go on with the reply.
   */
  text: EventText
  usage: Usage | null
  finishReason: string | null
  outcome: Outcome
  httpStatus: number | null
  errorMessage: string | null
}

/** What a backend counts while requests go on, for live figures. */
export type Meter = { outputTokens: number }

/** How to send: one adapter to a kind of LLM server. */
export interface Backend {
  readonly meter: Meter
  /** Builds a request. */
  prepare(input: RequestInput, maxTokens: number): PreparedRequest
  /** Opens connections ahead of use, at most this many; failing to is left to the requests to find out. */
  warm(connections: number): Promise<void>
  /**
   * Sends and resolves when the request has ended in any way; never rejects.
   * @param requestId told to the server, so that its log and our records can be matched
   */
  send(request: PreparedRequest, requestId: string): Promise<Exchange>
  /** Call it before exchanges are transferred to another thread: later ones then share no memory with them. */
  sealExchanges(): void
  /** Ends every request in flight as CANCELLED. */
  cancelInFlight(): void
  close(): Promise<void>
}
