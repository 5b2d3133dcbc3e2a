import { DrizzleQueryError } from 'drizzle-orm/errors'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { logError } from './log.ts'

afterEach(() => void vi.restoreAllMocks())

function logged(error: unknown): string {
  const write = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  logError('request failed', error, { request_id: 'req_1' })
  return String(write.mock.calls[0]?.[0])
}

const failedQuery = (parameter: string) =>
  new DrizzleQueryError('insert into runs values (?)', [parameter], new Error('NOT NULL constraint failed'))

describe('logError', () => {
  it('says what failed, cause by cause, and where', () => {
    const line = JSON.parse(logged(new Error('storing failed', { cause: failedQuery('x') })))
    expect(line).toMatchObject({
      level: 'error',
      request_id: 'req_1',
      errors: ['Error: storing failed', 'Error: a query failed', 'Error: NOT NULL constraint failed'],
    })
    expect(line.stack[0]).toContain('log.test.ts')
  })

  const planted = failedQuery('sk-planted\n  at planted (secret:1:1)\nplanted')
  it.each([
    ['drizzle’s own error', planted],
    ['one that lost its class', new Error(planted.message)],
    ['one wrapped by its text', new Error(`storing failed: ${planted.message}`)],
    ['one that is a cause', new Error('storing failed', { cause: planted })],
    ['one that is no error at all', planted.message],
  ])('never writes the parameters of a query: %s', (_, error) => {
    expect(logged(error)).not.toContain('planted')
  })
})
