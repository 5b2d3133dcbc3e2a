import { RunDefinition } from '@llm-loadtest/schema'
import { Tiktoken } from 'js-tiktoken/lite'
import { afterAll, describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { boundedPieces } from './bounded-text.ts'
import { chooseEncoding, loadRanks } from './encodings.ts'
import { lengthDrawer } from './lengths.ts'
import { type Prompt, PromptSource } from './prompt-source.ts'
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

describe('lengthDrawer', () => {
  it('keeps to its bounds and its mean, and is the same for the same seed', () => {
    const length = { mean: 100, std: 20, min: 80, max: 130 }
    const draw = lengthDrawer(length, createRandom(1))
    const drawn = Array.from({ length: 5000 }, draw)
    expect(Math.min(...drawn)).toBe(80)
    expect(Math.max(...drawn)).toBe(130)
    expect(drawn.reduce((a, b) => a + b) / drawn.length).toBeCloseTo(101, -1)
    const again = lengthDrawer(length, createRandom(1))
    expect(drawn.slice(0, 50)).toEqual(Array.from({ length: 50 }, again))
  })
})

describe('PromptSource', () => {
  const run = RunDefinition.parse({ server_url: 'http://h', model: 'm', input_len: 5, output_len: 9 })
  const source = (count: number | null) =>
    new PromptSource(run, tokenizer, { first: 1, step: 2, count }, (prompt: Prompt) => prompt, 0)

  it('gives exactly its count, all different, all ready after the prefill', async () => {
    const prompts = source(150)
    await prompts.prefill(150, new AbortController().signal)
    const taken = Array.from({ length: 150 }, () => prompts.take())
    expect(new Set(taken.map((prompt) => prompt?.text)).size).toBe(150)
    expect(taken.every((prompt) => prompt?.tokens === 5 && prompt.maxTokens === 9)).toBe(true)
    expect(prompts.take()).toBeNull()
  })

  it('goes on beyond what was ready', async () => {
    const prompts = source(null)
    const texts = new Set<string>()
    for (let i = 0; i < 3000; i++) texts.add((await prompts.next()).text)
    expect(texts.size).toBe(3000)
  })
})
