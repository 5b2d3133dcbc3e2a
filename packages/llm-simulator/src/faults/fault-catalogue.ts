import { z } from 'zod'

/** Tokens a stream sends before a fault that breaks it off; fewer where the whole output is shorter. */
export const TOKENS_BEFORE_BREAK = 3
/** Tokens each event carries under `multi-token`; the last event may carry fewer. */
export const TOKENS_PER_MULTI_EVENT = 4

/** Every fault there is and what a client sees of it. Non-streaming requests see what the second sentence says. */
export const FAULTS = {
  'http-429': 'Answers 429 with Retry-After: 1.',
  'http-500': 'Answers 500.',
  'http-503': 'Answers 503.',
  refuse: 'Destroys the socket before any response.',
  stall: `Sends headers and ${TOKENS_BEFORE_BREAK} tokens, then nothing until the client leaves. Not streaming: headers and half the body.`,
  'stall-before-headers': 'Accepts the request and never answers.',
  'slow-headers': 'Holds the request back (slowHeadersMs) before it is worked on; all else is as usual.',
  cut: `Destroys the socket after ${TOKENS_BEFORE_BREAK} tokens. Not streaming: after half the body.`,
  'malformed-json': `Cuts the JSON of token ${TOKENS_BEFORE_BREAK}'s event short and goes on as usual. Not streaming: the body's JSON is cut short.`,
  'empty-stream': 'Answers 200 and [DONE] without one token. Not streaming: empty text, 0 completion tokens.',
  'error-event': `Sends ${TOKENS_BEFORE_BREAK} tokens, an error object and [DONE], all inside a 200. Not streaming: the error object as the body of a 200.`,
  'no-finish-reason':
    'Sends every token, then ends with neither a finish reason nor usage nor [DONE]. Not streaming: finish_reason is null.',
  'no-usage': 'Leaves usage out, asked for or not.',
  'usage-refused': 'Answers 400 where the request has stream_options.',
  'role-only-first':
    'Sends the role-only event with the headers, long before the first token. Not streaming, and completions: no effect.',
  'keep-alive': 'Sends an SSE comment with the headers and before every event. Not streaming: no effect.',
  'multi-token': `Sends ${TOKENS_PER_MULTI_EVENT} tokens in one event. Not streaming: no effect.`,
  reasoning: 'Gives the first half of the tokens as reasoning_content. Completions: no effect.',
  crlf: 'Ends lines with CR LF. Not streaming: no effect.',
} as const

const names = Object.keys(FAULTS)

export const FaultName = z.custom<keyof typeof FAULTS>(
  (value) => typeof value === 'string' && Object.hasOwn(FAULTS, value),
  { error: `must be one of: ${names.join(', ')}` },
)
export type FaultName = z.output<typeof FaultName>

/** A fault that strikes a seeded share of all requests. */
export const FaultRule = z.strictObject({ name: FaultName, rate: z.number().gt(0).max(1).default(1) })
export type FaultRule = z.output<typeof FaultRule>
