import type { Exchange } from '../backends/backend.ts'
import { eventTexts } from '../backends/event-text.ts'

/** What a server replied, without its reasoning: that is not part of a conversation's history. */
export function replyText(exchange: Exchange): string {
  const texts = eventTexts(exchange)
  const { eventAt, eventCount, firstOutputTokenAt } = exchange
  if (eventCount === 0) return texts.join('')
  return texts.filter((_, i) => (eventAt[i] ?? Number.NaN) >= firstOutputTokenAt).join('')
}
