import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadFileTokenizer } from './file-tokenizer.ts'
// Counts of huggingface/tokenizers 0.23 without special tokens. A text is its parts, each so many times.
import reference from './testing/byte-level.counts.json' with { type: 'json' }
import { countParts } from './text-tokenizer.ts'
import { Tokenizer } from './tokenizer.ts'

const FILE = fileURLToPath(new URL('./testing/byte-level.tokenizer.json', import.meta.url))

describe('a byte-level tokenizer.json', async () => {
  const tokenizer = await loadFileTokenizer(FILE)

  it.each(reference.map((row) => [row.name, row] as const))('counts %s as the reference does', (_, row) => {
    const text = row.parts.map(([unit, times]) => String(unit).repeat(Number(times))).join('')
    expect(tokenizer.count(text)).toBe(row.tokens)
  })

  it('has words of one token each, whatever their order', () => {
    expect(tokenizer.words.length).toBeGreaterThan(100)
    const text = tokenizer.lead + [...tokenizer.words, ...tokenizer.words.toReversed()].join(' ')
    expect(tokenizer.count(text)).toBe(2 * tokenizer.words.length)
  })

  it('gives each event its own tokens', () => {
    const parts = ['the', ' request', 's of', ' the 世', '界']
    const { total, perPart } = countParts(tokenizer, parts)
    expect(total).toBe(tokenizer.count(parts.join('')))
    expect(perPart.reduce((a, b) => a + b)).toBe(total)
    expect(perPart.slice(0, 3)).toEqual([1, 0, 2])
  })
})

describe('prompts with a tokenizer.json', () => {
  const threads = new Tokenizer()
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokenizer-'))
  })
  afterAll(async () => {
    await threads.close()
    await rm(folder, { recursive: true })
  })
  const pathOf = (name: string): `${string}.json` => `${join(folder, name)}.json`

  it('have exactly the tokens ordered, prefix and all', async () => {
    const path: `${string}.json` = `${FILE.slice(0, -5)}.json`
    const orders = [1, 2, 17, 500, 4000].map((tokens, number) => ({ number, tokens }))
    const shared = { number: 9, tokens: 300, prefix: { group: 0, tokens: 120 } }
    const prompts = await threads.prompts(path, 7, [...orders, shared])
    const tokenizer = await loadFileTokenizer(FILE)
    expect(prompts.map(tokenizer.count)).toEqual([1, 2, 17, 500, 4000, 300])
  })

  it.each([
    ['is not there', null, /cannot read the tokenizer .*missing\.json: there is no such file\. Give/],
    ['is not JSON', '{', /cannot read the tokenizer .*Give the tokenizer\.json of the model/],
    ['is not a tokenizer', '{"a":1}', /cannot read the tokenizer .*Give the tokenizer\.json of the model/],
  ])('say what to do when the file %s', async (_, content, message) => {
    const path = pathOf(content === null ? 'missing' : 'wrong')
    if (content !== null) await writeFile(path, content)
    await expect(threads.count(path, ['a'])).rejects.toThrow(message)
  })
})
