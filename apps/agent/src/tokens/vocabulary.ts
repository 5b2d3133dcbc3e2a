import type { TiktokenBPE } from 'js-tiktoken/lite'

const WORD = /^[a-z]{3,10}$/

/**
 * Words that are one token both at the start of a text and after a space. The encodings cut a text before each
 * space and look a whole piece up first, so n of these joined by spaces are n tokens, whatever their order.
 * @param packed ranks as js-tiktoken ships them: lines of "! <first rank> <base64 token> …"
 */
export function singleTokenWords({ bpe_ranks: packed }: TiktokenBPE): string[] {
  const tokens = new Set<string>()
  for (const line of packed.split('\n')) {
    for (const token of line.split(' ').slice(2)) tokens.add(Buffer.from(token, 'base64').toString('latin1'))
  }
  return [...tokens].filter((token) => WORD.test(token) && tokens.has(` ${token}`)).sort()
}
