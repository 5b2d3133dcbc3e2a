import { expect, it } from 'vitest'
import { decodeCursor, encodeCursor } from './cursor.ts'

const cursor = { createdAtMs: 1_767_225_600_000, runId: 'run_01JDV7Z8K4Q2M6N9P3R5T7W1XY' }

it('decodes what it encoded, and is safe in a URL', () => {
  const text = encodeCursor(cursor)
  expect(text).toMatch(/^[A-Za-z0-9_-]+$/)
  expect(decodeCursor(text)).toEqual(cursor)
})

it.each([
  '',
  'nonsense',
  btoa('{}'),
  btoa('[1,"run_x"]'),
  btoa(`["1","${cursor.runId}"]`),
])('is null for %j', (text) => {
  expect(decodeCursor(text)).toBeNull()
})
