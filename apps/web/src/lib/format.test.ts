import { describe, expect, it } from 'vitest'
import { createFormat, decimalsFor, MISSING } from './format.ts'

const en = createFormat('en')
const ko = createFormat('ko')

describe('numbers', () => {
  it('keeps about three significant figures', () => {
    expect([1.234, 12.34, 123.4, 12345.6].map(en.number)).toEqual(['1.23', '12.3', '123', '12,346'])
    expect(decimalsFor(9.996)).toBe(1)
    expect(decimalsFor(99.96)).toBe(0)
  })

  it('keeps three significant figures of what is far below 1', () => {
    expect([0.0712345, 0.5, 14.034].map(en.small)).toEqual(['0.0712', '0.5', '14'])
  })

  it('shows a missing value as a dash and 0 as 0', () => {
    for (const format of [
      en.number,
      en.integer,
      en.ms,
      en.percent,
      en.duration,
      en.tokensPerSec,
      en.bytes,
      en.small,
    ]) {
      expect(format(null)).toBe(MISSING)
      expect(format(Number.NaN)).toBe(MISSING)
    }
    expect(en.ms(0)).toBe('0 ms')
    expect(en.percent(0)).toBe('0 %')
  })

  it('gives units', () => {
    expect(en.ms(42.123)).toBe('42.1 ms')
    expect(en.tokensPerSec(1234)).toBe('1,234 tok/s')
    expect(en.bytes(80 * 2 ** 30)).toBe('80.0 GiB')
  })

  it('does not round a small error rate to 0 nor a high one to 100', () => {
    expect(en.percent(0.04)).toBe('0.04 %')
    expect(en.percent(99.9)).toBe('99.9 %')
    expect(en.percent(100)).toBe('100 %')
  })
})

describe('time', () => {
  it('writes durations in the unit that fits', () => {
    expect([0.25, 42.4, 59.97, 125, 3840].map(en.duration)).toEqual([
      '0.3 s',
      '42 s',
      '1 m 00 s',
      '2 m 05 s',
      '1 h 04 m',
    ])
  })

  it('says how long ago in the language', () => {
    const now = Date.parse('2026-01-02T00:00:00Z')
    expect(en.relative('2026-01-01T23:57:00Z', now)).toBe('3 min. ago')
    expect(ko.relative('2026-01-01T23:57:00Z', now)).toBe('3분 전')
    expect(en.relative(null, now)).toBe(MISSING)
  })
})
