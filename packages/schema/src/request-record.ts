import { z } from 'zod'

const FIXED_OUTCOMES = [
  'ok',
  'TIMEOUT',
  'CONNECTION_ERROR',
  'STREAM_ERROR',
  'JSON_PARSE_ERROR',
  'EMPTY',
  'TRUNCATED',
  'CANCELLED',
  'DROPPED',
] as const

/** How a request ended. Classes are never merged; `ok` is the only success. */
export const Outcome = z
  .union([
    z.enum(FIXED_OUTCOMES),
    z.templateLiteral(['HTTP_', z.string().regex(/^[1-9][0-9]{2}$/)]),
    z.templateLiteral(['UNEXPECTED:', z.string().regex(/^.{1,100}$/)]),
  ])
  .meta({ description: 'ok, or the class of the failure.', example: 'HTTP_429' })
export type Outcome = z.infer<typeof Outcome>

/** Where a token count comes from, most trusted first. */
export const TokenSource = z.enum(['usage', 'tokenizer', 'tiktoken', 'tiktoken_approx'])
export type TokenSource = z.infer<typeof TokenSource>

/** Milliseconds since the run's start on the agent's monotonic clock. */
const RunMs = z.number().nullable()
const Tokens = z.int().min(0).nullable()

/** Everything measured about one request; metrics are derived from these records and from nothing else. */
export const RequestRecord = z
  .strictObject({
    request_id: z.string().max(100),
    level_index: z.int().min(0),
    index: z
      .int()
      .min(0)
      .meta({ description: 'Number of the request in its level; warm-up requests count apart.' }),
    warmup: z.boolean(),
    cooldown: z
      .boolean()
      .default(false)
      .meta({ description: 'One of the last requests of its level, which are not measured.' }),
    intended_ms: RunMs.meta({ description: 'When the schedule wanted it sent; null in a closed loop.' }),
    sent_ms: RunMs.meta({ description: 'When it was handed to a ready connection; null when it never was.' }),
    connect_ms: z
      .number()
      .min(0)
      .nullable()
      .meta({ description: 'Time to open the connection, or to fail to; 0 on a reused one.' }),
    first_event_ms: RunMs,
    first_token_ms: RunMs.meta({ description: 'First event with content, reasoning or a tool call.' }),
    first_output_token_ms: RunMs.meta({ description: 'First event with content that is not reasoning.' }),
    reasoned: z.boolean().default(false).meta({
      description: 'Whether reasoning came with the response, perhaps at the very time of its answer.',
    }),
    last_token_ms: RunMs,
    stream_end_ms: RunMs.meta({
      description: 'End of the response; of a request that found no connection, when it failed to.',
    }),
    event_ms: z.array(z.number()).meta({ description: 'Time of every content event, ms after sent_ms.' }),
    event_tokens: z.array(z.int().min(0)).meta({ description: 'Tokens each content event carried.' }),
    input_tokens: Tokens,
    input_tokens_source: TokenSource.nullable(),
    local_input_tokens: Tokens.meta({ description: "The prompt's length in the chosen tokenizer." }),
    output_tokens: Tokens,
    output_tokens_source: TokenSource.nullable(),
    local_output_tokens: Tokens.meta({
      description: "The output's length in the chosen tokenizer; null when not counted.",
    }),
    server_output_tokens: Tokens.default(null).meta({
      description: "The server's count of the output where it was not believed; null otherwise.",
    }),
    reasoning_tokens: Tokens,
    finish_reason: z.string().max(100).nullable(),
    outcome: Outcome,
    http_status: z.int().min(100).max(999).nullable(),
    error_message: z.string().max(500).nullable(),
  })
  .refine(
    (record) => record.event_ms.length === record.event_tokens.length,
    'event_ms and event_tokens differ in length',
  )
  .meta({ id: 'RequestRecord' })
export type RequestRecord = z.infer<typeof RequestRecord>
