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
  expect(createRedactor([])(`${'x'.repeat(498)}🦙🦙`)).toBe(`${'x'.repeat(498)}�…`)
})

const SECRET = 'p@ss w/ord?é"1'
it.each([
  ['percent-encoded', encodeURIComponent(SECRET)],
  ['percent-encoded in small letters', 'p%40ss%20w%2ford%3f%c3%a9%221'],
  ['in a form', 'p%40ss+w%2Ford%3F%C3%A9%221'],
  ['in JSON', 'p@ss w/ord?é\\"1'],
  ['in Base64', Buffer.from(SECRET).toString('base64').replace(/=+$/, '')],
])('takes the key out %s', (_, form) => {
  expect(createRedactor([SECRET])(`key=${form}&x`)).toMatch(/^key=\[redacted\].?&x$/)
})

it.each([0, 1, 2, 3])('takes the key out of a longer text in Base64 that has it at byte %i', (before) => {
  const key = 'abc-DEF_123?>~ö'
  for (const alphabet of ['base64', 'base64url'] as const) {
    const whole = Buffer.from(`${'u'.repeat(before)}${key}:tail`).toString(alphabet)
    const left = createRedactor([key])(whole)
    expect(left).toMatch(/^[\w+/-]{0,4}\[redacted\][\w+/=-]{5,10}$/)
  }
})

it('does not take short words for a key in Base64', () => {
  expect(createRedactor(['abcd'])('YWJj is not YWJjZA')).toBe('YWJj is not YWJjZA')
})

it('takes secrets literally that look like patterns', () => {
  expect(createRedactor(['a.c*[x]', '$&|b'])('abcx a.c*[x] $&|b')).toBe('abcx [redacted] [redacted]')
})

it('leaves nothing that a terminal obeys, and one line', () => {
  expect(createRedactor([])('bad\x1b[31m model\r\nm\u202e')).toBe('bad�[31m model m�')
})
