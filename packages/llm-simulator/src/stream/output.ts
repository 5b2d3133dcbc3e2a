import type { ServerResponse } from 'node:http'
import type { ResponseShape } from '../faults/response-shape.ts'
import type { CompletionRequest } from '../http/completion-request.ts'
import { HttpError } from '../http/http-error.ts'
import type { FinishReason } from '../metrics/vllm-metrics.ts'
import type { TraceRecorder } from '../trace/trace-store.ts'
import type { ChunkIdentity } from './chunk-format.ts'

/** What a response is made from. */
export type OutputContext = {
  res: ServerResponse
  request: CompletionRequest
  identity: ChunkIdentity
  shape: ResponseShape
  promptTokens: number
  recorder: TraceRecorder | null
}

/** `broken`: a fault has ended the response, and it takes no more tokens. */
export type TokenResult = 'more' | 'complete' | 'broken'

/** Turns tokens into a response. */
export type Output = {
  /** The request has been accepted. */
  open(): void
  /** The next token; `finishReason` is set with the last. */
  token(word: string, finishReason: FinishReason | null): TokenResult
  /** Ends the response without any token. */
  endEmpty(): void
}

/** The error that `error-event` sends inside a 200. */
export const EVENT_ERROR_BODY = new HttpError(
  500,
  'The simulated engine failed while it was generating.',
).toBody()
