import { Tiktoken } from 'js-tiktoken/lite'
import o200kBase from 'js-tiktoken/ranks/o200k_base'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { loadO200kCounter } from './o200k.ts'
import { VOCABULARY } from './vocabulary.ts'

const countTokens = loadO200kCounter()
const reference = new Tiktoken(o200kBase)
const referenceCount = (text: string) => reference.encode(text, [], []).length

describe('o200k_base counter', () => {
  it.each([
    ['nothing', ''],
    ['English', 'The quick brown fox, having jumped over 12 lazy dogs, said: "It\'s fine!"'],
    ['code', 'for (let i = 0; i < n; i++) {\n\t\tsum += weights[i] ** 2 // näive\r\n}\n\n\n'],
    ['Chinese', '大型语言模型的推理服务需要测量首个令牌的延迟以及吞吐量'],
    ['Thai, without spaces', 'ภาษาไทยไม่มีการเว้นวรรคระหว่างคำ'.repeat(8)],
    ['emoji and combining marks', '👩‍👩‍👧‍👦 e\u0301 🇩🇪 \u{1F9EA}'],
    ['a lone surrogate', 'a\ud800b'],
    ['text that looks like a special token', 'before <|endoftext|> after <|endofprompt|>'],
    ['white space', `${' '.repeat(137)}x\t \n  \r\n   `],
    ['one long piece', 'a'.repeat(700)],
    ['a long piece with many merges', 'internationalization'.repeat(30)],
  ])('counts %s as js-tiktoken does', (_, text) => {
    expect(countTokens(text)).toBe(referenceCount(text))
  })

  it('counts random letters, digits and signs as js-tiktoken does', () => {
    const random = createRandom('letters')
    const alphabet = 'aeioutnsrhABCé漢 .,_-=0123456789\n'
    for (let round = 0; round < 200; round++) {
      const text = Array.from(
        { length: 1 + random.int(120) },
        () => alphabet[random.int(alphabet.length)],
      ).join('')
      expect([text, countTokens(text)]).toEqual([text, referenceCount(text)])
    }
  })

  it('counts a very long piece', () => {
    // 8 letters "a" are one token, so this also shows the result to be right.
    expect(countTokens('a'.repeat(200_000))).toBe(25_000)
  })
})

describe('output vocabulary', () => {
  it('is made of different words of one token each', () => {
    expect(VOCABULARY.filter((word) => referenceCount(word) !== 1)).toEqual([])
    expect(VOCABULARY.filter((word) => !/^ [a-z]+$/.test(word))).toEqual([])
    expect(new Set(VOCABULARY).size).toBe(VOCABULARY.length)
  })

  it('gives texts of exactly as many tokens as words', () => {
    const random = createRandom('words')
    for (const length of [1, 2, 17, 500]) {
      const words = Array.from({ length }, () => VOCABULARY[random.int(VOCABULARY.length)])
      expect(referenceCount(words.join(''))).toBe(length)
    }
  })
})
