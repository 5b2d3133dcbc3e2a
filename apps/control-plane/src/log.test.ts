import { DrizzleQueryError } from 'drizzle-orm/errors'
import { afterEach, expect, it, vi } from 'vitest'
import { logError } from './log.ts'

afterEach(() => void vi.restoreAllMocks())

it('says what failed, but never the parameters of a query, which may be secret', () => {
  const write = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const cause = new Error('NOT NULL constraint failed: runs.name')
  const query = new DrizzleQueryError('insert into runs values (?)', ['sk-planted-secret'], cause)
  logError('request failed', new Error('storing failed', { cause: query }), { request_id: 'req_1' })
  const line = String(write.mock.calls[0]?.[0])
  expect(JSON.parse(line)).toMatchObject({
    level: 'error',
    request_id: 'req_1',
    errors: ['Error: storing failed', 'a query failed', 'Error: NOT NULL constraint failed: runs.name'],
  })
  expect(line).not.toContain('planted')
})
