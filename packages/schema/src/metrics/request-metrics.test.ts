import { describe, expect, it } from 'vitest'
import { failedRecord, sampleRecord } from '../testing/sample-record.ts'
import { e2eMs, scheduleLagMs, tpotMs, ttfoMs, ttftIntendedMs, ttftMs } from './request-metrics.ts'

describe('latencies of one request', () => {
  it('measures from sent and from intended', () => {
    const record = sampleRecord({ sent_ms: 30, intended_ms: 20 })
    expect(ttftMs(record)).toBe(70)
    expect(ttftIntendedMs(record)).toBe(80)
    expect(scheduleLagMs(record)).toBe(10)
    expect(e2eMs(record)).toBe(110)
    expect(tpotMs(record)).toBe(10)
  })

  it('has no TPOT for an output of one token', () => {
    const record = sampleRecord({ last_token_ms: 100, event_ms: [100], event_tokens: [1], output_tokens: 1 })
    expect(tpotMs(record)).toBeNull()
  })

  it('has no TPOT when all tokens came in one event: no decoding was seen', () => {
    const record = sampleRecord({ last_token_ms: 100, event_ms: [100], event_tokens: [5] })
    expect(tpotMs(record)).toBeNull()
  })

  it('has E2E alone when the response was not streamed', () => {
    const record = sampleRecord({
      first_token_ms: null,
      first_output_token_ms: null,
      event_ms: [],
      event_tokens: [],
      last_token_ms: 141,
    })
    expect([ttftMs(record), ttfoMs(record), tpotMs(record)]).toEqual([null, null, null])
    expect(e2eMs(record)).toBe(141)
  })

  it('has TTFO only when reasoning came first', () => {
    expect(ttfoMs(sampleRecord())).toBeNull()
    expect(ttfoMs(sampleRecord({ reasoned: true, first_output_token_ms: 120 }))).toBe(120)
    expect(ttfoMs(sampleRecord({ reasoned: true }))).toBe(100)
    expect(ttfoMs(sampleRecord({ reasoned: true, first_output_token_ms: null }))).toBeNull()
  })

  it('has nothing for a request that failed before its first token', () => {
    const record = failedRecord()
    expect([ttftMs(record), e2eMs(record), tpotMs(record), ttfoMs(record)]).toEqual([null, null, null, null])
  })
})
