import { expect, it } from 'vitest'
import { NO_TEXT } from '../backends/event-text.ts'
import type { EndedRequest } from '../crew/ended-request.ts'
import { LiveFigures } from './live-figures.ts'

const ended = (levelIndex: number, outcome: 'ok' | 'TIMEOUT'): EndedRequest => ({
  requestId: `r-${levelIndex}`,
  levelIndex,
  index: 0,
  warmup: false,
  coolDown: false,
  intendedAt: null,
  promptTokens: 5,
  maxTokens: 5,
  exchange: {
    sentAt: 0,
    connectMs: 0,
    firstEventAt: 10,
    firstTokenAt: 10,
    firstOutputTokenAt: 10,
    reasoned: false,
    lastTokenAt: 50,
    endedAt: 51,
    eventAt: Float64Array.of(10, 50),
    eventCount: 2,
    eventTotals: null,
    text: NO_TEXT,
    usage: null,
    finishReason: null,
    outcome,
    httpStatus: 200,
    errorMessage: null,
  },
})

it('counts the requests of a level, and what is running of all of them', () => {
  const figures = new LiveFigures()
  for (const outcome of ['ok', 'ok', 'TIMEOUT'] as const) figures.ended(ended(0, outcome), 0)
  figures.ended(ended(1, 'ok'), 0)
  figures.counted({ sent: 6, outputTokens: 8 })
  expect(figures.metrics(0, 1)).toMatchObject({ completed: 3, success_count: 2, error_count: 1, running: 2 })
  // One that was sent in an earlier stage ends in this one: it belongs to that.
  figures.ended(ended(0, 'ok'), 0)
  expect(figures.metrics(1, 2)).toMatchObject({ completed: 1, success_count: 1, error_count: 0, running: 1 })
  expect([0, 1, 2].map((level) => figures.completed(level))).toEqual([4, 1, 0])
})
