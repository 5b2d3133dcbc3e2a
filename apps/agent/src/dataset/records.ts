import type { DatasetFormat } from '@llm-loadtest/schema'
import { z } from 'zod'
import type { ChatMessage } from '../backends/backend.ts'

/** A format that a record can have. */
export type RecordFormat = Exclude<DatasetFormat, 'auto'>

/** Messages a conversation goes on with, the user's last; what the file has for a reply to them tells its length. */
export type Turn = { messages: ChatMessage[]; reply: string | null }

/** One record of a dataset. `outputTokens` is null where the file says nothing of it. */
export type DatasetRecord =
  | { kind: 'prompt'; prompt: string; outputTokens: number | null }
  /** `whole`: the one request it is without multi-turn; null where that is its first turn. */
  | { kind: 'conversation'; turns: Turn[]; whole: ChatMessage[] | null; outputTokens: number | null }
  | { kind: 'trace'; timestampMs: number; inputTokens: number; outputTokens: number; hashIds: number[] }

const Tokens = z.int().min(1).max(1_000_000)
const OutputLength = {
  output_len: Tokens.optional(),
  max_tokens: Tokens.optional(),
  output_tokens: Tokens.optional(),
}

const Message = z.object({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string({ error: 'must be a text' }),
})

const PromptRecord = z
  .object({
    prompt: z.string().min(1).optional(),
    text: z.string().min(1).optional(),
    messages: z.array(Message).optional(),
    ...OutputLength,
  })
  .refine(
    ({ prompt, text, messages }) =>
      [prompt, text, messages].filter((field) => field !== undefined).length === 1,
    'must have one of "prompt", "text" and "messages"',
  )
  .refine(
    ({ messages }) => messages === undefined || messages.some(({ role }) => role === 'user'),
    'its messages must hold one of the user',
  )

const ShareGptRecord = z.object({
  conversations: z.array(z.object({ from: z.string(), value: z.string() })),
})

const TraceRecord = z.object({
  timestamp: z.number().min(0),
  input_length: Tokens,
  output_length: z.int().min(0).max(1_000_000),
  hash_ids: z.array(z.int().min(0)).default([]),
})

const SHAREGPT_ROLES: Readonly<Record<string, ChatMessage['role']>> = {
  system: 'system',
  human: 'user',
  user: 'user',
  gpt: 'assistant',
  chatgpt: 'assistant',
  bing: 'assistant',
  bard: 'assistant',
  assistant: 'assistant',
}

/** Cuts messages into turns, one after each message of the user; replies are kept for their length alone. */
function turnsOf(messages: readonly ChatMessage[]): Turn[] {
  const turns: Turn[] = []
  let pending: ChatMessage[] = []
  for (const message of messages) {
    const last = turns.at(-1)
    if (message.role !== 'assistant') pending.push(message)
    else if (last && pending.length === 0) last.reply ??= message.content
    if (message.role !== 'user') continue
    turns.push({ messages: pending, reply: null })
    pending = []
  }
  return turns
}

function promptRecord(value: unknown): DatasetRecord {
  const { prompt, text, messages = [], output_len, max_tokens, output_tokens } = PromptRecord.parse(value)
  const outputTokens = output_len ?? max_tokens ?? output_tokens ?? null
  const written = prompt ?? text
  if (written !== undefined) return { kind: 'prompt', prompt: written, outputTokens }
  const whole = messages.slice(0, messages.findLastIndex(({ role }) => role === 'user') + 1)
  return { kind: 'conversation', turns: turnsOf(messages), whole, outputTokens }
}

/** Null when the conversation holds nothing that could be sent. */
function shareGptRecord(value: unknown): DatasetRecord | null {
  const { conversations } = ShareGptRecord.parse(value)
  const messages = conversations.flatMap(({ from, value: content }) => {
    const role = SHAREGPT_ROLES[from]
    return role === undefined || content.trim() === '' ? [] : [{ role, content }]
  })
  const turns = turnsOf(messages)
  return turns.length === 0 ? null : { kind: 'conversation', turns, whole: null, outputTokens: null }
}

function traceRecord(value: unknown): DatasetRecord {
  const { timestamp, input_length, output_length, hash_ids } = TraceRecord.parse(value)
  return {
    kind: 'trace',
    timestampMs: timestamp,
    inputTokens: input_length,
    outputTokens: Math.max(1, output_length),
    hashIds: hash_ids,
  }
}

/** Reads a record. Null when there is nothing in it that could be sent; throws zod's error when it is not of the format. */
export function parseRecord(format: RecordFormat, value: unknown): DatasetRecord | null {
  switch (format) {
    case 'jsonl':
      return promptRecord(value)
    case 'sharegpt':
      return shareGptRecord(value)
    case 'mooncake':
      return traceRecord(value)
    default:
      return format satisfies never
  }
}

/** The format of a record, by its fields; null when it has none that is known. */
export function formatOf(value: unknown): RecordFormat | null {
  if (typeof value !== 'object' || value === null) return null
  if ('conversations' in value) return 'sharegpt'
  if ('input_length' in value) return 'mooncake'
  return 'prompt' in value || 'text' in value || 'messages' in value ? 'jsonl' : null
}
