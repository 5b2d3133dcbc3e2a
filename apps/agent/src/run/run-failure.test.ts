import { expect, it } from 'vitest'
import { RunFailure, runError } from './run-failure.ts'

it('keeps the code and the message of a failure', () => {
  expect(runError(new RunFailure('rejected', 'not allowed'))).toEqual({
    code: 'rejected',
    message: 'not allowed',
  })
})

it.each([
  ['an error', new TypeError('no x'), 'TypeError: no x'],
  ['anything else', 7, '7'],
])('takes %s for a defect', (_, thrown, message) => {
  expect(runError(thrown)).toEqual({ code: 'internal', message })
})

it('quotes a server or a dataset without what a terminal obeys, in one line of 2000 characters at most', () => {
  const quoted = new RunFailure('rejected', `line 3: "\x1b]0;x\x07\u202ea"\r\n${'b'.repeat(2000)}`)
  expect(runError(quoted).message).toBe(`line 3: "�]0;x��a" ${'b'.repeat(1981)}`)
})
