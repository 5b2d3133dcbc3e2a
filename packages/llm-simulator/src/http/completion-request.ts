import { z } from 'zod'
import { HttpError } from './http-error.ts'

export type Endpoint = 'chat' | 'completions'

const flag = z.boolean().nullish()
const positive = z.int().min(1).nullish()
const StreamOptions = z.looseObject({ include_usage: flag, continuous_usage_stats: flag }).nullish()

const shared = {
  model: z.string().min(1).nullish(),
  max_tokens: positive,
  min_tokens: z.int().min(0).nullish(),
  ignore_eos: flag,
  n: z.literal(1, 'must be 1: only one choice a request is supported').nullish(),
  seed: z.int().nullish(),
  stream: flag,
  stream_options: StreamOptions,
}

const TextPart = z.looseObject({
  type: z.literal('text', 'must be "text": this model takes text only'),
  text: z.string(),
})
const Message = z.looseObject({
  role: z.string().min(1),
  content: z.union([z.string(), z.array(TextPart)]).nullish(),
})

const ChatBody = z.looseObject({
  ...shared,
  messages: z.array(Message).min(1),
  max_completion_tokens: positive,
})

const tokenIds = z.array(z.int().min(0)).min(1)
const CompletionsBody = z.looseObject({
  ...shared,
  prompt: z.union(
    [z.string().min(1), tokenIds, z.array(z.string().min(1)).length(1), z.array(tokenIds).length(1)],
    'must be one prompt that is not empty: a string, a list of token ids, or a list of one of these',
  ),
})

/** A validated request, the same for both endpoints. Counts are tokens; null where the client left it out. */
export type CompletionRequest = {
  endpoint: Endpoint
  model: string | null
  /** Texts to count, each on its own. */
  texts: string[]
  /** Prompt tokens given as ids, which need no counting. */
  promptTokenIds: number
  messages: number
  maxTokens: number | null
  minTokens: number
  ignoreEos: boolean
  seed: number | null
  stream: boolean
  hasStreamOptions: boolean
  includeUsage: boolean
  continuousUsage: boolean
}

/** Validates a body; fields it does not know are let through, as vLLM does. Throws HttpError 400 naming the field. */
export function parseCompletionRequest(endpoint: Endpoint, body: unknown): CompletionRequest {
  const request =
    endpoint === 'chat' ? fromChat(parse(ChatBody, body)) : fromCompletions(parse(CompletionsBody, body))
  if (request.hasStreamOptions && !request.stream) {
    throw new HttpError(400, 'stream_options needs stream to be true.', { param: 'stream_options' })
  }
  if (request.maxTokens !== null && request.minTokens > request.maxTokens) {
    throw new HttpError(
      400,
      `min_tokens (${request.minTokens}) is above max_tokens (${request.maxTokens}).`,
      {
        param: 'min_tokens',
      },
    )
  }
  return request
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const param = issue?.path.join('.') || null
  const message = `${param ?? 'The request body'}: ${issue?.message ?? 'is invalid'}`
  throw new HttpError(400, message, param === null ? {} : { param })
}

type SharedBody = z.output<typeof CompletionsBody> | z.output<typeof ChatBody>

function fromShared(body: SharedBody) {
  const options = body.stream_options
  const includeUsage = options?.include_usage ?? false
  return {
    model: body.model ?? null,
    minTokens: body.min_tokens ?? 0,
    ignoreEos: body.ignore_eos ?? false,
    seed: body.seed ?? null,
    stream: body.stream ?? false,
    hasStreamOptions: options !== undefined && options !== null,
    includeUsage,
    continuousUsage: includeUsage && (options?.continuous_usage_stats ?? false),
  }
}

function fromChat(body: z.output<typeof ChatBody>): CompletionRequest {
  const texts = body.messages.flatMap(({ content }) => {
    if (content === undefined || content === null) return []
    return typeof content === 'string' ? [content] : content.map((part) => part.text)
  })
  const maxTokens = body.max_completion_tokens ?? body.max_tokens ?? null
  return {
    ...fromShared(body),
    endpoint: 'chat',
    texts,
    promptTokenIds: 0,
    messages: body.messages.length,
    maxTokens,
  }
}

// What OpenAI and vLLM give a completion that names no limit.
const DEFAULT_COMPLETIONS_MAX_TOKENS = 16

function fromCompletions(body: z.output<typeof CompletionsBody>): CompletionRequest {
  const texts: string[] = []
  let promptTokenIds = 0
  for (const part of [body.prompt].flat(2)) {
    if (typeof part === 'string') texts.push(part)
    else promptTokenIds += 1
  }
  const maxTokens = body.max_tokens ?? DEFAULT_COMPLETIONS_MAX_TOKENS
  return { ...fromShared(body), endpoint: 'completions', texts, promptTokenIds, messages: 0, maxTokens }
}
