import { expect, it } from 'vitest'
import { decodeCursor, encodeCursor } from './cursor.ts'

it('gives back what it was made of, in characters that need no escaping', () => {
  for (const position of [0, 3_604_480_000_000_123, Number.MAX_SAFE_INTEGER]) {
    const text = encodeCursor(position)
    expect(text).toMatch(/^[a-z0-9]+$/)
    expect(decodeCursor(text)).toBe(position)
  }
})

it.each([
  '',
  'p',
  'nonsense',
  '12',
  'p1.5',
  'p-1',
  'P1',
  'pzzzzzzzzzzz',
  'WzEsInJ1bl8iXQ',
])('is null for %j', (text) => {
  expect(decodeCursor(text)).toBeNull()
})
