/** Counts tokens and knows words to write prompts with. */
export interface TextTokenizer {
  /** Goes before the first word of a prompt, so that it too is one token. */
  readonly lead: string
  /** Words of one token each, joined by spaces too. */
  readonly words: readonly string[]
  /** Tokens of a text, without those that a model puts before or after it. */
  count(text: string): number
  /** Lengths of the tokens of a text, in order; together they are the length of the text, in a unit of the tokenizer's. */
  tokenLengths(text: string): Iterable<number>
}

/** Tokens of a text that came in parts, in all and completed by each part. */
export function countParts(
  tokenizer: TextTokenizer,
  parts: readonly string[],
): { total: number; perPart: number[] } {
  const perPart = parts.map(() => 0)
  const lengths = [...tokenizer.tokenLengths(parts.join(''))]
  const bytes = parts.map((part) => Buffer.byteLength(part))
  // Where a token is not measured in bytes, it is placed by its share of the whole.
  const scale = sum(lengths) / sum(bytes)
  let part = 0
  let partEnd = (bytes[0] ?? 0) * scale
  let at = 0
  for (const length of lengths) {
    at += length
    while (part < parts.length - 1 && partEnd < at) partEnd += (bytes[++part] ?? 0) * scale
    perPart[part] = (perPart[part] ?? 0) + 1
  }
  return { total: lengths.length, perPart }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
