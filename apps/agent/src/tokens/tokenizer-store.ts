import { regularFile } from '../regular-file.ts'
import { isEncoding, type TokenizerName } from './encodings.ts'
import { loadFileTokenizer, unreadableTokenizer } from './file-tokenizer.ts'
import { loadOpenAiTokenizer } from './openai-tokenizer.ts'
import type { TextTokenizer } from './text-tokenizer.ts'

type Loaded = { version: number; tokenizer: Promise<TextTokenizer> }

/** Tokenizers in memory; a file is read again when it has changed. */
export class TokenizerStore {
  readonly #loaded = new Map<TokenizerName, Loaded>()

  async get(name: TokenizerName): Promise<TextTokenizer> {
    const version = isEncoding(name) ? 0 : await modifiedAt(name)
    const known = this.#loaded.get(name)
    if (known?.version === version) return known.tokenizer
    const tokenizer = isEncoding(name) ? loadOpenAiTokenizer(name) : loadFileTokenizer(name)
    this.#loaded.set(name, { version, tokenizer })
    return tokenizer
  }
}

async function modifiedAt(path: string): Promise<number> {
  try {
    return (await regularFile(path)).mtimeMs
  } catch (error) {
    throw unreadableTokenizer(path, error)
  }
}
