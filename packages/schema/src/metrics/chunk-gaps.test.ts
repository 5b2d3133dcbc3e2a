import { expect, it } from 'vitest'
import { ChunkGaps } from './chunk-gaps.ts'

it.each([
  [
    [100, 130, 140],
    [2, 3, 1],
    [
      [30, 3],
      [10, 1],
    ],
    'the tokens each later event carried',
  ],
  [[100, 112, 120], [1, 0, 1], [[20, 1]], 'the time of an event without a whole token lent to the next'],
  [[100, 112], [1, 0], [], 'none that ends in such an event'],
  [[100], [1], [], 'none with one event'],
  [[], [], [], 'none without one'],
])('of events at %j with %j tokens are %j: %s', (event_ms, event_tokens, expected) => {
  const found: [ms: number, tokens: number][] = []
  for (const gap = new ChunkGaps({ event_ms, event_tokens }); gap.next(); ) found.push([gap.ms, gap.tokens])
  expect(found).toEqual(expected)
})
