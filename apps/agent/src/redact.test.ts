import { expect, it } from 'vitest'
import { createRedactor } from './redact.ts'

it.each([
  ['the key we sent', 'bad key my-own-secret!', 'bad key [redacted]!'],
  ['a key of a known shape', 'Incorrect API key: sk-abcdefghijkl1234', 'Incorrect API key: [redacted]'],
  ['a bearer token', 'got "Bearer abc.def" instead', 'got "[redacted]" instead'],
  ['nothing', 'the model is not loaded', 'the model is not loaded'],
])('takes out %s', (_, message, clean) => {
  expect(createRedactor(['my-own-secret', 'x'])(message)).toBe(clean)
})

it('keeps a message within 500 characters', () => {
  expect(createRedactor([])('x'.repeat(600))).toBe(`${'x'.repeat(499)}…`)
})
