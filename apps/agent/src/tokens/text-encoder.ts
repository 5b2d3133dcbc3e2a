import { Tiktoken } from 'js-tiktoken/lite'
import { boundedPieces } from './bounded-text.ts'
import { type Encoding, loadRanks } from './encodings.ts'
import { singleTokenWords } from './vocabulary.ts'

/** Counts tokens in one encoding. Loading takes a second or more and counting runs at about 1 MB/s. */
export class TextEncoding {
  /** Words of one token each. */
  readonly words: readonly string[]
  readonly #tiktoken: Tiktoken

  private constructor(tiktoken: Tiktoken, words: readonly string[]) {
    this.#tiktoken = tiktoken
    this.words = words
  }

  static async load(encoding: Encoding): Promise<TextEncoding> {
    const ranks = await loadRanks(encoding)
    return new TextEncoding(new Tiktoken(ranks), singleTokenWords(ranks))
  }

  /** Tokens of a text; what looks like a special token is ordinary text. */
  count(text: string): number {
    let tokens = 0
    for (const piece of boundedPieces(text)) tokens += this.#tiktoken.encode(piece, [], []).length
    return tokens
  }

  /** Tokens that end in each part of a text: what each event of a stream completed. */
  countParts(parts: readonly string[]): { total: number; perPart: number[] } {
    const bounds: number[] = []
    let bytes = 0
    for (const part of parts) {
      bytes += Buffer.byteLength(part)
      bounds.push(bytes)
    }
    const perPart = parts.map(() => 0)
    let at = 0
    let part = 0
    let total = 0
    for (const piece of boundedPieces(parts.join(''))) {
      for (const token of this.#tiktoken.encode(piece, [], [])) {
        at += this.#byteLength(token)
        while (part < bounds.length - 1 && (bounds[part] ?? 0) < at) part++
        perPart[part] = (perPart[part] ?? 0) + 1
        total++
      }
    }
    return { total, perPart }
  }

  /** A token that is part of a character decodes to U+FFFD (3 bytes); the error is at most two bytes, and passes. */
  #byteLength(token: number): number {
    return Buffer.byteLength(this.#tiktoken.decode([token]))
  }
}
