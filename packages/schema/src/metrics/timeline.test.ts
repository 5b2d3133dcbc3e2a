import { describe, expect, it } from 'vitest'
import { failedRecord, sampleRecord } from '../testing/sample-record.ts'
import { MAX_TIMELINE_POINTS, timeline } from './timeline.ts'

describe('timeline', () => {
  const records = [
    sampleRecord({
      sent_ms: 5000,
      first_token_ms: 5900,
      last_token_ms: 6100,
      stream_end_ms: 6200,
      event_ms: [900, 1000, 1100],
      event_tokens: [1, 2, 1],
      output_tokens: 4,
    }),
    failedRecord({ sent_ms: 5100, stream_end_ms: 5200 }),
  ]

  it('puts tokens, latencies and endings in the second they happened', () => {
    expect(timeline(records, { startMs: 5000, endMs: 6500 })).toEqual([
      {
        at_ms: 6000,
        throughput_tokens_per_sec: 1,
        ttft_p50_ms: 900,
        ttft_p99_ms: 900,
        tpot_mean_ms: null,
        running: 1,
        completed: 1,
        errors: 1,
      },
      {
        at_ms: 6500,
        throughput_tokens_per_sec: 6,
        ttft_p50_ms: null,
        ttft_p99_ms: null,
        tpot_mean_ms: expect.closeTo(200 / 3, 10),
        running: 0,
        completed: 1,
        errors: 0,
      },
    ])
  })

  it('adds up to the tokens of the ok requests', () => {
    const points = timeline(records, { startMs: 5000, endMs: 6200 })
    let previous = 5000
    let tokens = 0
    for (const point of points) {
      tokens += point.throughput_tokens_per_sec * ((point.at_ms - previous) / 1000)
      previous = point.at_ms
    }
    expect(tokens).toBeCloseTo(4, 10)
  })

  it('widens its bins on a long level', () => {
    const day = timeline(records, { startMs: 5000, endMs: 5000 + 86_400_000 })
    expect(day.length).toBeLessThanOrEqual(MAX_TIMELINE_POINTS)
    expect(day.at(-1)?.at_ms).toBe(5000 + 86_400_000)
  })

  it('counts the tokens of a response that was not streamed when it arrived', () => {
    const whole = sampleRecord({
      event_ms: [],
      event_tokens: [],
      first_token_ms: null,
      last_token_ms: 1500,
      stream_end_ms: 1500,
    })
    expect(
      timeline([whole], { startMs: 0, endMs: 2000 }).map((point) => point.throughput_tokens_per_sec),
    ).toEqual([0, 5])
  })
})
