import { mergedTokenLengths } from './byte-pair-merge.ts'
import { type EncodingName, loadRanks, type TokenRanks } from './ranks.ts'
import { splitPattern } from './split-pattern.ts'

const MAX_CACHED_PIECES = 50_000
const MAX_CACHED_PIECE_LENGTH = 64

/**
 * One of OpenAI's encodings, equal to openai/tiktoken token by token. What looks like a special token is ordinary text.
 * @example
 * const encoding = await BytePairEncoding.load('o200k_base')
 * encoding.count('a text') // 2
 */
export class BytePairEncoding {
  readonly #ranks: TokenRanks
  readonly #pieces: RegExp
  readonly #cache = new Map<string, readonly number[]>()

  private constructor(ranks: TokenRanks, pieces: RegExp) {
    this.#ranks = ranks
    this.#pieces = pieces
  }

  /** Takes a second or more and most of 100 MB: keep what it gives. */
  static async load(name: EncodingName): Promise<BytePairEncoding> {
    return new BytePairEncoding(await loadRanks(name), splitPattern(name))
  }

  /** Number of tokens of a text; some 5 MB of ordinary text a second. */
  count(text: string): number {
    let tokens = 0
    for (const [piece] of text.matchAll(this.#pieces)) tokens += this.#lengths(piece).length
    return tokens
  }

  /** Length of each token of a text, in order, in bytes of UTF-8: together they are the text. */
  *tokenLengths(text: string): Generator<number> {
    for (const [piece] of text.matchAll(this.#pieces)) yield* this.#lengths(piece)
  }

  /** Texts of the tokens that are ASCII alone. */
  asciiTokens(): string[] {
    return [...this.#ranks.keys()].filter((token) => /^\p{ASCII}+$/u.test(token))
  }

  #lengths(piece: string): readonly number[] {
    const cached = this.#cache.get(piece)
    if (cached) return cached
    const lengths = mergedTokenLengths(Buffer.from(piece, 'utf8').toString('latin1'), this.#ranks)
    if (piece.length <= MAX_CACHED_PIECE_LENGTH) {
      if (this.#cache.size >= MAX_CACHED_PIECES) this.#cache.clear()
      this.#cache.set(piece, lengths)
    }
    return lengths
  }
}
