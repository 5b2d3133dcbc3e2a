import { sampleRecord } from '@llm-loadtest/schema/testing'
import { describe, expect, it } from 'vitest'
import { timingError } from './timing-error.ts'
import type { Truth } from './truth-server.ts'

/** A request sent at 1000 ms whose tokens were seen 30, 52 and 70 ms later. */
const record = sampleRecord({
  request_id: 'r',
  sent_ms: 1000,
  first_token_ms: 1030,
  event_ms: [30, 52, 70],
  event_tokens: [1, 1, 1],
})
const truth = (sentAt: number[]): ReadonlyMap<string, Truth> =>
  new Map([['r', { id: 'r', receivedAt: 5, firstDueAt: 34, sentAt: Float64Array.from(sentAt) }]])

describe('the timing error', () => {
  it('compares differences on the two clocks (worked by hand)', () => {
    // TTFT 30 seen, 29.5 true. Gaps 22 and 18 seen, 20 and 21 true. Late by 0.5, 0.5 and 1.5.
    const { ttftP99Ms, itlP99Ms, serverLatenessP99Ms } = timingError([record], truth([34.5, 54.5, 75.5]))
    expect(ttftP99Ms).toBeCloseTo(0.5, 10)
    expect(itlP99Ms).toBeCloseTo(2.99, 10)
    expect(serverLatenessP99Ms).toBeCloseTo(1.48, 10)
  })

  it('is unknown without requests', () => {
    expect(timingError([], new Map())).toEqual({ ttftP99Ms: null, itlP99Ms: null, serverLatenessP99Ms: null })
  })

  it('is not told of a request of which the server knows another number of tokens, or nothing', () => {
    expect(() => timingError([record], truth([34.5, 54.5]))).toThrow('r: 3 tokens seen, 2 sent')
    expect(() => timingError([record], new Map())).toThrow('r: 3 tokens seen, 0 sent')
  })
})
