import { Tiktoken } from 'js-tiktoken/lite'
import { afterAll, describe, expect, it } from 'vitest'
import { boundedPieces } from './bounded-text.ts'
import { chooseEncoding, loadRanks } from './encodings.ts'
import { Tokenizer } from './tokenizer.ts'

const tokenizer = new Tokenizer()
afterAll(() => tokenizer.close())

describe.each(['o200k_base', 'cl100k_base'] as const)('prompts in %s', (encoding) => {
  it('have exactly the tokens asked for, each unique from its first token', { timeout: 60_000 }, async () => {
    const reference = new Tiktoken(await loadRanks(encoding))
    const lengths = [1, 2, 3, 17, 256, 1000]
    const asked = lengths.flatMap((tokens, i) => [
      { number: 2 * i, tokens },
      { number: 2 * i + 1, tokens },
    ])
    const prompts = await tokenizer.prompts(encoding, 7, asked)
    const encoded = prompts.map((prompt) => reference.encode(prompt, [], []))
    expect(encoded.map((tokens) => tokens.length)).toEqual(asked.map(({ tokens }) => tokens))
    expect(new Set(encoded.map(([first]) => first)).size).toBe(prompts.length)
  })

  it('are the same for the same seed and number, and others for another seed', async () => {
    const asked = [{ number: 3, tokens: 40 }]
    const first = await tokenizer.prompts(encoding, 1, asked)
    expect(await tokenizer.prompts(encoding, 2, asked)).not.toEqual(first)
    expect(await tokenizer.prompts(encoding, 1, asked)).toEqual(first)
  })
})

describe('counting', () => {
  it('counts parts as the encoding counts the whole, special tokens as text', async () => {
    const reference = new Tiktoken(await loadRanks('o200k_base'))
    const parts = ['Grü', 'ße, ', '世', '界', ' <|endofte', 'xt|>', '', ' inter', 'national', 'ization']
    const { total, perPart } = await tokenizer.count('o200k_base', parts)
    expect(total).toBe(reference.encode(parts.join(''), [], []).length)
    expect(perPart.reduce((a, b) => a + b)).toBe(total)
    expect(perPart[6]).toBe(0)
  })

  it('gives each event of whole words its own tokens', async () => {
    const counted = await tokenizer.count('o200k_base', ['the', ' cat sat', ' on', ' the mat'])
    expect(counted).toEqual({ total: 6, perPart: [1, 2, 1, 2] })
  })

  it('takes 20,000 equal letters, signs or spaces in its stride', async () => {
    for (const text of ['a'.repeat(20_000), '='.repeat(20_000), ' '.repeat(20_000)]) {
      const { total } = await tokenizer.count('o200k_base', [text])
      expect(total).toBeGreaterThan(0)
      expect(total).toBeLessThan(20_000)
    }
  })
})

describe('boundedPieces', () => {
  it('leaves ordinary text whole', () => {
    expect(boundedPieces('Some text, with 12 words.')).toEqual(['Some text, with 12 words.'])
  })

  it('loses nothing and cuts no character in two', () => {
    const text = `x ${'𝔞'.repeat(600)}\n${'-'.repeat(300)}end`
    const pieces = boundedPieces(text)
    expect(pieces.join('')).toBe(text)
    expect(pieces.length).toBeGreaterThan(4)
    for (const piece of pieces) expect(piece.isWellFormed()).toBe(true)
  })
})

describe('chooseEncoding', () => {
  it.each([
    ['gpt-4o-mini', 'auto', 'o200k_base', 'tiktoken'],
    ['gpt-4', 'auto', 'cl100k_base', 'tiktoken'],
    ['gpt-4-turbo', 'auto', 'cl100k_base', 'tiktoken'],
    ['openai/gpt-5-nano', 'auto', 'o200k_base', 'tiktoken'],
    ['o3-mini', 'auto', 'o200k_base', 'tiktoken'],
    ['Qwen/Qwen3-8B', 'auto', 'o200k_base', 'tiktoken_approx'],
    ['Qwen/Qwen3-8B', 'cl100k_base', 'cl100k_base', 'tiktoken_approx'],
    ['gpt-4', 'o200k_base', 'o200k_base', 'tiktoken_approx'],
  ] as const)('%s with %s', (model, asked, encoding, source) => {
    expect(chooseEncoding({ model, tokenizer: asked })).toEqual({ encoding, source })
  })
})
