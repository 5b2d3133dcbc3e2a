import type { PromptWriter } from './prompt-writer.ts'
import type { TextTokenizer } from './text-tokenizer.ts'
import type { PromptOrder } from './token-messages.ts'

/** Corrections before a length is given up; one is enough unless words merge with their neighbours. */
const MAX_ATTEMPTS = 10

/** Words of exactly so many tokens, those before them included. Throws where the words do not add up to it. */
export function exactWords(
  { lead, count }: Pick<TextTokenizer, 'lead' | 'count'>,
  before: readonly string[],
  tokens: number,
  write: (words: number) => string[],
): string[] {
  let words = tokens - before.length
  for (let attempt = 0; attempt < MAX_ATTEMPTS && words > 0; attempt++) {
    const all = [...before, ...write(words)]
    const excess = count(lead + all.join(' ')) - tokens
    if (excess === 0) return all
    words -= excess
  }
  throw new Error(
    `no prompt of exactly ${tokens} tokens can be written with this tokenizer: use another length`,
  )
}

/** Writes a prompt of exactly the tokens ordered, its prefix included. */
export function exactPrompt(
  tokenizer: TextTokenizer,
  writer: PromptWriter,
  { number, tokens, prefix }: PromptOrder,
): string {
  const shared = prefix
    ? exactWords(tokenizer, [], prefix.tokens, (words) => writer.prefix(prefix.group, words))
    : []
  return (
    tokenizer.lead + exactWords(tokenizer, shared, tokens, (words) => writer.unique(number, words)).join(' ')
  )
}
