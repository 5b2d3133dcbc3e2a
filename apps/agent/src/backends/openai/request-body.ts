import type { RunDefinition } from '@llm-loadtest/schema'
import type { UsageMode } from '../backend.ts'

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

/** Serialises one request. Fields of `extra_body` win over our own max_tokens and ignore_eos. */
export function requestBody(
  run: BodyFields,
  prompt: string,
  maxTokens: number,
  usageMode: UsageMode,
): Buffer {
  const input = run.endpoint === 'chat' ? { messages: [{ role: 'user', content: prompt }] } : { prompt }
  return Buffer.from(
    JSON.stringify({
      model: run.model,
      ...input,
      max_tokens: maxTokens,
      ...(run.ignore_eos ? { ignore_eos: true, min_tokens: maxTokens } : {}),
      ...run.extra_body,
      stream: run.stream,
      ...(run.stream ? { stream_options: STREAM_OPTIONS[usageMode] } : {}),
    }),
  )
}
