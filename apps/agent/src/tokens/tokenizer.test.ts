import { Tiktoken } from 'js-tiktoken/lite'
import cl100kBase from 'js-tiktoken/ranks/cl100k_base'
import o200kBase from 'js-tiktoken/ranks/o200k_base'
import { afterAll, describe, expect, it } from 'vitest'
import { chooseEncoding } from './encodings.ts'
import { TokenClient } from './token-client.ts'
import { Tokenizer } from './tokenizer.ts'

const RANKS = { o200k_base: o200kBase, cl100k_base: cl100kBase }
const tokenizer = new Tokenizer()
afterAll(() => tokenizer.close())

describe.each(['o200k_base', 'cl100k_base'] as const)('prompts in %s', (encoding) => {
  it('have exactly the tokens asked for, each unique from its first token', { timeout: 60_000 }, async () => {
    const reference = new Tiktoken(RANKS[encoding])
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
    const reference = new Tiktoken(o200kBase)
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
    const texts = ['a', '=', ' '].map((letter) => letter.repeat(20_000))
    const totals = await Promise.all(texts.map((text) => tokenizer.count('o200k_base', [text])))
    expect(totals.map(({ total }) => total)).toEqual([2500, 312, 157])
  })

  it('serves clients over ports of their own', async () => {
    const clients = [new TokenClient(tokenizer.connect()), new TokenClient(tokenizer.connect())]
    const counted = await Promise.all(clients.map((client) => client.count('o200k_base', ['one two'])))
    expect(counted.map(({ total }) => total)).toEqual([2, 2])
    clients[0]?.close()
    expect((await clients[1]?.count('o200k_base', ['three']))?.total).toBe(1)
    clients[1]?.close()
  })

  it('rejects what is asked of a thread that has stopped, and starts another', async () => {
    const stopping = new Tokenizer()
    const { client } = stopping
    const asked = client.count('o200k_base', ['one'])
    await stopping.close()
    await expect(asked).rejects.toThrow('the tokenizer thread has stopped')
    await expect(client.count('o200k_base', ['one'])).rejects.toThrow('the tokenizer thread has stopped')
    expect((await stopping.count('o200k_base', ['one'])).total).toBe(1)
    await stopping.close()
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
    ['Qwen/Qwen3-8B', '/models/qwen/tokenizer.json', '/models/qwen/tokenizer.json', 'tokenizer'],
  ] as const)('%s with %s', (model, asked, encoding, source) => {
    expect(chooseEncoding({ model, tokenizer: asked })).toEqual({ encoding, source })
  })
})
