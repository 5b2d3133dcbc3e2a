import { MessagePort } from 'node:worker_threads'
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

const id = z.int()

/** Client to token thread. */
export const TokenRequest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('prompts'),
    id,
    tokenizer: TokenizerName,
    seed: z.int(),
    prompts: z.array(PromptOrder),
  }),
  z.object({ kind: z.literal('count'), id, tokenizer: TokenizerName, parts: z.array(z.string()) }),
])
export type TokenRequest = z.output<typeof TokenRequest>

/** Token thread to client. */
export const TokenReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prompts'), id, prompts: z.array(z.string()) }),
  z.object({ kind: z.literal('count'), id, total: z.int(), perPart: z.array(z.int()) }),
  z.object({ kind: z.literal('failed'), id, message: z.string() }),
])
export type TokenReply = z.output<typeof TokenReply>
