import type { RunDefinition } from '@llm-loadtest/schema'
import type { RequestInput, UsageMode } from '../backend.ts'

type BodyFields = Pick<RunDefinition, 'model' | 'endpoint' | 'stream' | 'ignore_eos' | 'extra_body'>

const STREAM_OPTIONS: Record<UsageMode, object | undefined> = {
  continuous: { include_usage: true, continuous_usage_stats: true },
  final: { include_usage: true },
  none: undefined,
}

/** The next thing to try when a server refuses a usage mode; null when there is nothing less to ask for. */
export const LESSER_USAGE: Record<UsageMode, UsageMode | null> = {
  continuous: 'final',
  final: 'none',
  none: null,
}

/** The prompt or the messages, in the endpoint's own form; completions get a conversation as one text. */
function inputFields(endpoint: BodyFields['endpoint'], input: RequestInput): object {
  if (endpoint === 'chat') {
    return { messages: 'messages' in input ? input.messages : [{ role: 'user', content: input.prompt }] }
  }
  if ('prompt' in input) return { prompt: input.prompt }
  return { prompt: input.messages.map(({ content }) => content).join('\n\n') }
}

/** Most output tokens that a request's body asks for: `extra_body` may ask for more than the workload. */
export function mostTokens({ extra_body }: Pick<BodyFields, 'extra_body'>, maxTokens: number): number {
  const given = [extra_body?.max_tokens, extra_body?.max_completion_tokens]
  return Math.max(maxTokens, ...given.filter((limit) => typeof limit === 'number'))
}

/** Serialises one request. Fields of `extra_body` win over our own max_tokens and ignore_eos. */
export function requestBody(
  run: BodyFields,
  input: RequestInput,
  maxTokens: number,
  usageMode: UsageMode,
): Buffer {
  return Buffer.from(
    JSON.stringify({
      model: run.model,
      ...inputFields(run.endpoint, input),
      max_tokens: maxTokens,
      ...(run.ignore_eos ? { ignore_eos: true, min_tokens: maxTokens } : {}),
      ...run.extra_body,
      stream: run.stream,
      ...(run.stream ? { stream_options: STREAM_OPTIONS[usageMode] } : {}),
    }),
  )
}
