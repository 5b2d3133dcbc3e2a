import { MessagePort } from 'node:worker_threads'
import { DatasetFormat } from '@llm-loadtest/schema'
import { z } from 'zod'
import { TokenizerName } from './encodings.ts'

/** Agent to token thread: a new client, at the other end of this port. */
export const TokenConnection = z.object({ port: z.instanceof(MessagePort) })
export type TokenConnection = z.output<typeof TokenConnection>

const PromptOrder = z.object({
  /** Number of the prompt in its run: it fixes the first words after the prefix. */
  number: z.int().min(0),
  tokens: z.int().min(1),
  /** What it begins with, as all prompts of its group do; shorter than the prompt. */
  prefix: z.object({ group: z.int().min(0), tokens: z.int().min(1) }).optional(),
})
/** One prompt that is asked for. */
export type PromptOrder = z.output<typeof PromptOrder>

const DatasetRef = z.object({
  path: z.string(),
  format: DatasetFormat,
  order: z.enum(['file', 'shuffled', 'time']),
  seed: z.int(),
})

/** A dataset as a run wants it. */
export type DatasetRef = z.output<typeof DatasetRef>

const Message = z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })
const DatasetTurn = z.object({
  input: z.union([z.object({ prompt: z.string() }), z.object({ messages: z.array(Message) })]),
  tokens: z.int().min(0),
  outputTokens: z.int().min(0).nullable(),
})
/** One request of a record: what it adds to the requests before it, and its tokens, theirs not counted. */
export type DatasetTurn = z.output<typeof DatasetTurn>

const id = z.int()
const tokenizer = TokenizerName
const seed = z.int()

/** Client to token thread. */
export const TokenRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prompts'), id, tokenizer, seed, prompts: z.array(PromptOrder) }),
  z.object({ kind: z.literal('count'), id, tokenizer, parts: z.array(z.string()) }),
  /** Reads and checks a dataset, if that has not been done. */
  z.object({ kind: z.literal('open_dataset'), id, dataset: DatasetRef }),
  /** The records at these positions of the dataset's order. */
  z.object({
    kind: z.literal('records'),
    id,
    tokenizer,
    dataset: DatasetRef,
    positions: z.array(z.int().min(0)),
    multiTurn: z.boolean(),
    countReplies: z.boolean(),
  }),
])
export type TokenRequest = z.output<typeof TokenRequest>

const DatasetSummary = z.object({
  /** Records that can be sent. */
  count: z.int().min(1),
  /** Mean tokens of a record's prompt, roughly. */
  meanTokens: z.number(),
  /** When each request of a trace is sent, ms after the first; null when there are no timestamps. */
  dueMs: z.instanceof(Float64Array).nullable(),
})
export type DatasetSummary = z.output<typeof DatasetSummary>

/** Token thread to client. */
export const TokenReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prompts'), id, prompts: z.array(z.string()) }),
  z.object({ kind: z.literal('count'), id, total: z.int(), perPart: z.array(z.int()) }),
  z.object({ kind: z.literal('open_dataset'), id, summary: DatasetSummary }),
  z.object({ kind: z.literal('records'), id, records: z.array(z.array(DatasetTurn)) }),
  z.object({ kind: z.literal('failed'), id, message: z.string() }),
])
export type TokenReply = z.output<typeof TokenReply>
