import type { EndedRequest } from '../crew/ended-request.ts'

/** What a server told of the length of an output, as far as it is believed. */
export type ServerCount = {
  /** Output tokens; null when the server told none, or none to be believed. */
  total: number | null
  /** The count that is not believed; null when there is none such. */
  refused: number | null
  /** Output tokens up to and with each content event; null when the server did not tell them. */
  eventTotals: Uint32Array | null
}

/** Tokens that a server may count beside those of the text, such as marks of its chat template. */
const MARGIN = 16

/** Whether these can be counts up to and with each event: they never fall, and none is out of reach. */
function areTotals(totals: Uint32Array, limit: number): boolean {
  return totals.every((total, i) => total <= limit && total >= (totals[i - 1] ?? 0))
}

/**
 * The server's count of a request's output. 0 is no count where there is content. More than twice what was asked for, and
 * than what is counted here, is a defect of the server, with which any throughput would pass as measured.
 * @param localTokens the output's local count, once there is one
 */
export function serverCount(
  { exchange, maxTokens }: Pick<EndedRequest, 'exchange' | 'maxTokens'>,
  localTokens: number | null,
): ServerCount {
  const { eventCount, eventTotals, usage } = exchange
  const hasContent = !Number.isNaN(exchange.lastTokenAt)
  const told = (count: number | null): number | null => (hasContent && count === 0 ? null : count)
  const last = told(eventTotals?.[eventCount - 1] ?? null)
  const reported = told(usage?.outputTokens ?? null) ?? last
  const limit = Math.max(2 * Math.max(maxTokens, localTokens ?? 0) + MARGIN, eventCount)
  if (reported !== null && reported > limit) return { total: null, refused: reported, eventTotals: null }
  const believed = eventTotals !== null && last !== null && areTotals(eventTotals, limit)
  return { total: reported, refused: null, eventTotals: believed ? eventTotals : null }
}
