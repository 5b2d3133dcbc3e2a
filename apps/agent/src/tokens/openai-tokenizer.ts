import { BytePairEncoding, type EncodingName } from '@llm-loadtest/byte-pair-encoding'
import type { TextTokenizer } from './text-tokenizer.ts'

const WORD = /^[a-z]{3,10}$/

/**
 * Words that are one token both at the start of a text and after a space. The encodings cut a text before each space and
 * look a whole piece up first, so n of these joined by spaces are n tokens, whatever their order.
 */
function singleTokenWords(encoding: BytePairEncoding): string[] {
  const tokens = new Set(encoding.asciiTokens())
  return [...tokens].filter((token) => WORD.test(token) && tokens.has(` ${token}`)).sort()
}

/** Loads an encoding of OpenAI's: a second or more. */
export async function loadOpenAiTokenizer(name: EncodingName): Promise<TextTokenizer> {
  const encoding = await BytePairEncoding.load(name)
  return {
    lead: '',
    words: singleTokenWords(encoding),
    count: (text) => encoding.count(text),
    tokenLengths: (text) => encoding.tokenLengths(text),
  }
}
