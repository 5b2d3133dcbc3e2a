import { assert, constantFrom, property, string } from 'fast-check'
import { Tiktoken } from 'js-tiktoken/lite'
import cl100kBase from 'js-tiktoken/ranks/cl100k_base'
import o200kBase from 'js-tiktoken/ranks/o200k_base'
import { describe, expect, it } from 'vitest'
import { BytePairEncoding } from './byte-pair-encoding.ts'
// Counts of openai/tiktoken 0.14 (encode_ordinary), with its published patterns. A text is its parts, each so many times.
import reference from './reference-counts.json' with { type: 'json' }

const RANKS = { o200k_base: o200kBase, cl100k_base: cl100kBase }

const textOf = (parts: readonly (string | number)[][]): string =>
  parts.map(([unit, times]) => String(unit).repeat(Number(times))).join('')

describe.each(['o200k_base', 'cl100k_base'] as const)('%s', async (name) => {
  const encoding = await BytePairEncoding.load(name)

  it.each(reference.map((row) => [row.name, row] as const))('counts %s as the reference does', (_, row) => {
    expect(encoding.count(textOf(row.parts))).toBe(row[name])
  })

  it('tells the bytes of each token', () => {
    const text = 'Grüße, 世界! internationalization 👩‍👩‍👧'
    const tiktoken = new Tiktoken(RANKS[name])
    const bytes = Buffer.from(text)
    const ends: number[] = []
    for (const length of encoding.tokenLengths(text)) ends.push((ends.at(-1) ?? 0) + length)
    expect(ends.at(-1)).toBe(bytes.length)
    const prefixes = ends.map((end) => bytes.subarray(0, end))
    const tokens = tiktoken.encode(text, [], [])
    // A whole prefix of tokens decodes to the text's own prefix, part characters and all.
    expect(prefixes.map((prefix) => prefix.toString())).toEqual(
      tokens.map((_, i) => tiktoken.decode(tokens.slice(0, i + 1))),
    )
  })

  it('takes a lone surrogate for the character that replaces it', () => {
    expect([...encoding.tokenLengths('a\ud800b')]).toEqual([...encoding.tokenLengths('a\ufffdb')])
  })

  it('lists tokens of ASCII alone', () => {
    const tokens = encoding.asciiTokens()
    expect(tokens).toEqual(expect.arrayContaining([' the', 'the', '    ', '!']))
    expect(tokens.filter((token) => Buffer.byteLength(token) !== token.length)).toEqual([])
  })
})

it('cuts any text into the tokens js-tiktoken cuts it into', async () => {
  // Its pattern for cl100k_base is older than the reference's, that for o200k_base is the same.
  const encoding = await BytePairEncoding.load('o200k_base')
  const tiktoken = new Tiktoken(o200kBase)
  const character = constantFrom(..."aeioutnsrhABCé漢가ا👩\u200d\u0301 .,_-=/0123456789'\t\r\n")
  assert(
    property(string({ unit: character, maxLength: 200 }), (text) => {
      expect(encoding.count(text)).toBe(tiktoken.encode(text, [], []).length)
    }),
    { numRuns: 300 },
  )
})
