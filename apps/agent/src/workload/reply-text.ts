import type { Exchange } from '../backends/backend.ts'
import { outputText } from '../backends/event-text.ts'

/** What a server replied, without its reasoning: that is not part of a conversation's history. */
export const replyText = (exchange: Pick<Exchange, 'text'>): string => outputText(exchange)
