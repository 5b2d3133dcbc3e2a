import { describe, expect, it } from 'vitest'
import { withRateLimits } from './rate-limits.ts'

const limit = (namespace_id: string, count: number) => ({
  namespace_id,
  simple: { limit: count, period: 60 as const },
})
const worker = {
  script: '',
  ratelimits: { REQUEST_LIMIT: limit('1', 3000), AUTH_FAILURE_LIMIT: limit('2', 20), OTHER: limit('3', 1) },
}
const limits = (vars: Record<string, string>) => withRateLimits(worker, vars).ratelimits

describe('the limits of the worker', () => {
  it('are those configured, unless a variable says otherwise', () => {
    expect(limits({ LLM_LOADTEST_RATE_LIMIT: '' })).toEqual(worker.ratelimits)
    expect(limits({ LLM_LOADTEST_RATE_LIMIT: '5' })).toEqual({
      ...worker.ratelimits,
      REQUEST_LIMIT: limit('1', 5),
    })
  })

  it('are off at 0', () => {
    const off = { LLM_LOADTEST_RATE_LIMIT: '0', LLM_LOADTEST_AUTH_FAILURE_LIMIT: '0' }
    expect(limits(off)).toEqual({ OTHER: limit('3', 1) })
  })

  it.each(['-1', '1.5', 'many', '1000001'])('are not %s', (text) => {
    expect(() => limits({ LLM_LOADTEST_AUTH_FAILURE_LIMIT: text })).toThrow(
      `LLM_LOADTEST_AUTH_FAILURE_LIMIT=${text} is not a number of requests a minute, 0 to 1000000; 0 is no limit.`,
    )
  })
})
