import { DrizzleQueryError } from 'drizzle-orm/errors'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { configureLog, log, logError } from './log.ts'

const lines: string[] = []
beforeEach(() => {
  const keep = (line: unknown) => void lines.push(String(line))
  vi.spyOn(console, 'log').mockImplementation(keep)
  vi.spyOn(console, 'error').mockImplementation(keep)
})
afterEach(() => {
  vi.restoreAllMocks()
  lines.length = 0
  configureLog({})
})

const last = () => lines.at(-1) ?? ''

function logged(error: unknown): string {
  logError('request failed', error, { request_id: 'req_1' })
  return last()
}

const failedQuery = (parameter: string) =>
  new DrizzleQueryError('insert into runs values (?)', [parameter], new Error('NOT NULL constraint failed'))

describe('log', () => {
  it('writes one JSON line: time, level, message, and the fields that are set', () => {
    log.info('run claimed', { run_id: 'run_1', status: 'running', ms: 5, agent_id: undefined, reason: null })
    expect(JSON.parse(last())).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: 'info',
      msg: 'run claimed',
      run_id: 'run_1',
      status: 'running',
      ms: 5,
      reason: null,
    })
    expect(last()).not.toContain('\n')
  })

  it('leaves out a field that it does not know, and what looks like a secret', () => {
    const fields = { reason: 'the server said: bad key sk-abcdefghijklmnop', api_key: 'planted' }
    log.warn('run handed back', fields)
    log.warn('run handed back', { reason: 'http://user:planted@llm.test refused, Bearer planted' })
    expect(lines.map((line) => JSON.parse(line)['reason'])).toEqual([
      'the server said: bad key [redacted]',
      'http://[redacted]@llm.test refused, [redacted]',
    ])
    expect(lines.join()).not.toMatch(/planted|abcdefgh/)
  })

  it.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['', ['info', 'warn', 'error']],
    ['loud', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ])('LOG_LEVEL=%s writes %j', (LOG_LEVEL, levels) => {
    configureLog({ LOG_LEVEL })
    log.debug('a')
    log.info('b')
    log.warn('c')
    logError('d', new Error('e'))
    expect(lines.map((line) => JSON.parse(line)['level'])).toEqual(levels)
  })
})

describe('logError', () => {
  it('says what failed, cause by cause, and where', () => {
    const line = JSON.parse(logged(new Error('storing failed', { cause: failedQuery('x') })))
    expect(line).toMatchObject({
      level: 'error',
      msg: 'request failed',
      request_id: 'req_1',
      errors: ['Error: storing failed', 'Error: a query failed', 'Error: NOT NULL constraint failed'],
    })
    expect(line.stack[0]).toContain('log.test.ts')
  })

  it('takes what looks like a secret out of an error', () => {
    expect(logged(new Error('401 for llt_plantedplantedplanted'))).not.toContain('planted')
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
