import { ENCODING_NAMES, type EncodingName } from '@llm-loadtest/byte-pair-encoding'
import type { RunDefinition, TokenSource } from '@llm-loadtest/schema'
import { z } from 'zod'

const Encoding = z.enum(ENCODING_NAMES)

/** The path of a tokenizer.json. */
export const TokenizerFile = z.templateLiteral([z.string(), '.json'])
/** An encoding of OpenAI's, or the path of a tokenizer.json. */
export const TokenizerName = z.union([Encoding, TokenizerFile])
export type TokenizerName = z.output<typeof TokenizerName>

export const isEncoding = (tokenizer: TokenizerName): tokenizer is EncodingName =>
  Encoding.safeParse(tokenizer).success

/** Which tokenizer a run uses, and how exact its counts are for the model. */
export type EncodingChoice = {
  encoding: TokenizerName
  source: Extract<TokenSource, 'tokenizer' | 'tiktoken' | 'tiktoken_approx'>
}

/** OpenAI's own models by the start of their name. Source: model_to_encoding of openai/tiktoken. */
const OPENAI_MODELS: readonly (readonly [RegExp, EncodingName])[] = [
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
