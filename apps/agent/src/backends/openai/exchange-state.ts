import type { Exchange } from '../backend.ts'
import { NO_TEXT } from '../event-text.ts'

const NEVER = Number.NaN
const NO_EVENTS = new Float64Array(0)

/** An exchange in which nothing has happened yet. */
export function newExchange(): Exchange {
  return {
    sentAt: NEVER,
    connectMs: NEVER,
    firstEventAt: NEVER,
    firstTokenAt: NEVER,
    firstOutputTokenAt: NEVER,
    reasoned: false,
    lastTokenAt: NEVER,
    endedAt: NEVER,
    eventAt: NO_EVENTS,
    eventCount: 0,
    eventTotals: null,
    text: NO_TEXT,
    usage: null,
    finishReason: null,
    outcome: 'ok',
    httpStatus: null,
    errorMessage: null,
  }
}

/** The exchange of a request that was never sent. */
export function droppedExchange(): Exchange {
  return {
    ...newExchange(),
    outcome: 'DROPPED',
    errorMessage: 'not sent: too many requests were in flight when it was due',
  }
}
