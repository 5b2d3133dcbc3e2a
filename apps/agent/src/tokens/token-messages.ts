import { z } from 'zod'

const Encoding = z.enum(['o200k_base', 'cl100k_base'])

/** Main thread to worker. */
export const TokenRequest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('prompts'),
    id: z.int(),
    encoding: Encoding,
    seed: z.int(),
    prompts: z.array(z.object({ number: z.int(), tokens: z.int().min(1) })),
  }),
  z.object({ kind: z.literal('count'), id: z.int(), encoding: Encoding, parts: z.array(z.string()) }),
])
export type TokenRequest = z.output<typeof TokenRequest>

/** Worker to main thread. */
export const TokenReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prompts'), id: z.int(), prompts: z.array(z.string()) }),
  z.object({ kind: z.literal('count'), id: z.int(), total: z.int(), perPart: z.array(z.int()) }),
  z.object({ kind: z.literal('failed'), id: z.int(), message: z.string() }),
])
export type TokenReply = z.output<typeof TokenReply>
