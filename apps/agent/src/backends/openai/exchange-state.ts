import type { Exchange } from '../backend.ts'
import { newEventText } from '../event-text.ts'

const NEVER = Number.NaN

/** An exchange in which nothing has happened yet, with room for the events that are expected. */
export function newExchange(expectedEvents: number): Exchange {
  return {
    sentAt: NEVER,
    connectMs: NEVER,
    firstEventAt: NEVER,
    firstTokenAt: NEVER,
    firstOutputTokenAt: NEVER,
    lastTokenAt: NEVER,
    endedAt: NEVER,
    eventAt: new Float64Array(expectedEvents),
    eventCount: 0,
    eventTotals: null,
    text: newEventText(expectedEvents),
    usage: null,
    finishReason: null,
    outcome: 'ok',
    httpStatus: null,
    errorMessage: null,
  }
}

function grown(array: Float64Array, length: number): Float64Array {
  if (length <= array.length) return array
  const larger = new Float64Array(Math.max(length, array.length * 2, 16))
  larger.set(array)
  return larger
}

/**
 * Adds the time of a content event; its text is added apart.
 * @param total output tokens so far as the server tells, NaN when it does not
 */
export function addContentEvent(exchange: Exchange, at: number, total: number): void {
  const index = exchange.eventCount++
  exchange.eventAt = grown(exchange.eventAt, exchange.eventCount)
  exchange.eventAt[index] = at
  exchange.lastTokenAt = at
  if (index === 0) {
    exchange.firstTokenAt = at
    if (!Number.isNaN(total)) exchange.eventTotals = new Float64Array(exchange.eventAt.length)
  }
  if (!exchange.eventTotals) return
  // Totals are only of use when every event has one.
  if (Number.isNaN(total)) {
    exchange.eventTotals = null
    return
  }
  exchange.eventTotals = grown(exchange.eventTotals, exchange.eventCount)
  exchange.eventTotals[index] = total
}

/** The exchange of a request that was never sent. */
export function droppedExchange(): Exchange {
  return {
    ...newExchange(0),
    outcome: 'DROPPED',
    errorMessage: 'not sent: too many requests were in flight when it was due',
  }
}
