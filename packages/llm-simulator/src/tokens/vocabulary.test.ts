import { BytePairEncoding } from '@llm-loadtest/byte-pair-encoding'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { VOCABULARY } from './vocabulary.ts'

const encoding = await BytePairEncoding.load('o200k_base')

describe('output vocabulary', () => {
  it('is made of different words of one token each', () => {
    expect(VOCABULARY.filter((word) => encoding.count(word) !== 1)).toEqual([])
    expect(VOCABULARY.filter((word) => !/^ [a-z]+$/.test(word))).toEqual([])
    expect(new Set(VOCABULARY).size).toBe(VOCABULARY.length)
  })

  it('gives texts of exactly as many tokens as words', () => {
    const random = createRandom('words')
    for (const length of [1, 2, 17, 500]) {
      const words = Array.from({ length }, () => VOCABULARY[random.int(VOCABULARY.length)])
      expect(encoding.count(words.join(''))).toBe(length)
    }
  })
})
