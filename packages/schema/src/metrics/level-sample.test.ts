import { expect, it } from 'vitest'
import { failedRecord, sampleRecord } from '../testing/sample-record.ts'
import { LevelSample } from './level-sample.ts'

const level = (change: { concurrency: number | null }) => ({
  successful_requests: 3,
  tokens: {
    input_tokens: 30,
    output_tokens: 15,
    input_sources: {},
    output_sources: {},
    input_disagreement_percent: null,
    output_disagreement_percent: null,
  },
  ...change,
})

const requestAt = (sent_ms: number, end: number) =>
  sampleRecord({ sent_ms, first_token_ms: sent_ms + 100, last_token_ms: end - 1, stream_end_ms: end })

it('takes the measured requests in the order they ended, each with the time it held its place', () => {
  const sample = new LevelSample(level({ concurrency: 2 }), { ttft_ms: 100 }, 4)
  sample.add(
    [
      requestAt(0, 300),
      requestAt(50, 200),
      failedRecord({ sent_ms: 200, stream_end_ms: 210 }),
      { ...requestAt(0, 10), warmup: true },
      { ...requestAt(0, 10), cooldown: true },
      failedRecord({ sent_ms: null, stream_end_ms: null, intended_ms: 500, outcome: 'DROPPED' }),
    ],
    false,
  )
  expect(sample.timeMs).toEqual([150, 10, 300, 0])
  expect(sample.outputTokens).toEqual([5, 0, 5, 0])
  expect(sample.failed).toEqual([0, 1, 0, 1])
  expect(sample.good).toEqual([1, 0, 1, 0])
  expect([sample.requests, sample.ok, sample.withGaps]).toEqual([4, 2, 2])
  const e2e = sample.samples('e2e')
  expect([[...e2e.values], [...e2e.owners], [...e2e.totals]]).toEqual([
    [149, 299],
    [0, 2],
    [1, 0, 1, 0],
  ])
  expect([...sample.samples('itl').totals]).toEqual([4, 0, 4, 0])
})

it('takes the time since the one before ended in an open loop, and the mean where that is not known', () => {
  const sample = new LevelSample(level({ concurrency: null }), undefined, 5)
  sample.add([requestAt(0, 300), requestAt(50, 200), requestAt(80, 240)], false)
  sample.add([requestAt(1000, 1300), requestAt(1000, 1310)], false)
  sample.add([requestAt(1300, 1400)], true)
  expect(sample.timeMs).toEqual([50, 40, 60, 10, 10, 90])
  expect(sample.good).toEqual([0, 0, 0, 0, 0, 0])
})

it('keeps the gaps of some stretches only when there would be too many', () => {
  // 200 requests of 1000 tokens: every tenth stretch of 50.
  const many = { ...level({ concurrency: 1 }), successful_requests: 1 }
  const sample = new LevelSample({ ...many, tokens: { ...many.tokens, output_tokens: 1000 } }, undefined, 200)
  sample.add(
    Array.from({ length: 200 }, (_, i) => requestAt(i * 1000, i * 1000 + 300)),
    false,
  )
  expect([sample.ok, sample.withGaps]).toEqual([200, 50])
  expect(sample.samples('itl').values).toHaveLength(200)
  expect(sample.samples('ttft').values).toHaveLength(200)
})
