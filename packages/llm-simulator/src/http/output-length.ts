import type { FinishReason } from '../metrics/vllm-metrics.ts'
import type { Random } from '../random.ts'
import type { CompletionRequest } from './completion-request.ts'
import { HttpError } from './http-error.ts'

// The longest answer to a chat that sets no limit and lets the model stop.
const UNLIMITED_OUTPUT_TOKENS = 256

/** How many tokens a request gets, and why they end. */
export type OutputLength = { tokens: number; finishReason: FinishReason }

/**
 * With `ignore_eos` exactly the limit, "length"; else a draw between a quarter of the limit (at least min_tokens) and the limit, "stop".
 * Throws HttpError 400 where prompt and limit together exceed the context.
 */
export function outputLength(
  request: CompletionRequest,
  promptTokens: number,
  maxModelLen: number,
  random: Random,
): OutputLength {
  const room = maxModelLen - Math.max(1, promptTokens)
  const asked = Math.max(1, request.maxTokens ?? request.minTokens)
  if (asked > room) {
    throw new HttpError(
      400,
      `This model's maximum context length is ${maxModelLen} tokens, but the request needs ${promptTokens} for the prompt and ` +
        `${asked} for the output; shorten the prompt or lower max_tokens.`,
      { param: request.maxTokens === null ? 'messages' : 'max_tokens' },
    )
  }
  if (request.ignoreEos) return { tokens: request.maxTokens ?? room, finishReason: 'length' }
  const limit = request.maxTokens ?? Math.min(room, Math.max(UNLIMITED_OUTPUT_TOKENS, request.minTokens))
  const least = Math.max(1, request.minTokens, Math.ceil(limit / 4))
  return { tokens: least + random.int(limit - least + 1), finishReason: 'stop' }
}
