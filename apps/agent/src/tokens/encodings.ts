import type { RunDefinition, TokenSource } from '@llm-loadtest/schema'
import type { TiktokenBPE } from 'js-tiktoken/lite'
import { z } from 'zod'

const Encoding = z.enum(['o200k_base', 'cl100k_base'])
export type Encoding = z.output<typeof Encoding>

/** An encoding of OpenAI's, or the path of a tokenizer.json. */
export const TokenizerName = z.union([Encoding, z.templateLiteral([z.string(), '.json'])])
export type TokenizerName = z.output<typeof TokenizerName>

export const isEncoding = (tokenizer: TokenizerName): tokenizer is Encoding =>
  Encoding.safeParse(tokenizer).success

/** Which tokenizer a run uses, and how exact its counts are for the model. */
export type EncodingChoice = {
  encoding: TokenizerName
  source: Extract<TokenSource, 'tokenizer' | 'tiktoken' | 'tiktoken_approx'>
}

/** OpenAI's own models by the start of their name. Source: model_to_encoding of openai/tiktoken. */
const OPENAI_MODELS: readonly (readonly [RegExp, Encoding])[] = [
  [/^(?:gpt-4o|gpt-4\.1|gpt-4\.5|gpt-5|chatgpt-4o|o1|o3|o4)(?![a-z])/, 'o200k_base'],
  [/^(?:gpt-4|gpt-3\.5|gpt-35)(?![a-z])/, 'cl100k_base'],
]

/** Chooses the tokenizer of a run: by the model when set to auto. */
export function chooseEncoding(run: Pick<RunDefinition, 'model' | 'tokenizer'>): EncodingChoice {
  const name = run.model.toLowerCase().replace(/^(?:openai|azure)\//, '')
  const own = OPENAI_MODELS.find(([pattern]) => pattern.test(name))?.[1]
  if (run.tokenizer === 'auto') {
    return own ? { encoding: own, source: 'tiktoken' } : { encoding: 'o200k_base', source: 'tiktoken_approx' }
  }
  if (!isEncoding(run.tokenizer)) return { encoding: run.tokenizer, source: 'tokenizer' }
  return { encoding: run.tokenizer, source: own === run.tokenizer ? 'tiktoken' : 'tiktoken_approx' }
}

/** Loads an encoding's ranks (about 2 MB of text). */
export async function loadRanks(encoding: Encoding): Promise<TiktokenBPE> {
  switch (encoding) {
    case 'o200k_base':
      return (await import('js-tiktoken/ranks/o200k_base')).default
    case 'cl100k_base':
      return (await import('js-tiktoken/ranks/cl100k_base')).default
    default:
      return encoding satisfies never
  }
}
