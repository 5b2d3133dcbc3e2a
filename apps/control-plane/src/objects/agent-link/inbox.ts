import { AgentMessage, MAX_MESSAGE_BYTES, problemDetails, type RunEvent } from '@llm-loadtest/schema'
import { ProtocolError } from './link.ts'
import { type RefusedEvent, refusedEvent } from './refused-event.ts'

const MAX_GROUP = 64

export type Inbound = { socket: WebSocket; message: AgentMessage | RefusedEvent }

/** One message that is no run event, or consecutive events of one run: they are stored together. */
export type Work =
  | { socket: WebSocket; message: Exclude<AgentMessage, RunEvent> }
  | { socket: WebSocket; runId: string; events: (RunEvent | RefusedEvent)[] }

export class TooLargeError extends Error {
  override readonly name = 'TooLargeError'
}

/**
 * Checks a message of an agent. A run event whose content does not follow the protocol is one that is refused.
 * @throws TooLargeError, ProtocolError
 */
export function parseMessage(data: string | ArrayBuffer): AgentMessage | RefusedEvent {
  if (typeof data !== 'string') throw new ProtocolError('messages are JSON text, not binary')
  if (data.length > MAX_MESSAGE_BYTES) {
    throw new TooLargeError(`A message may hold ${MAX_MESSAGE_BYTES} bytes; send smaller batches.`)
  }
  let json: unknown
  try {
    json = JSON.parse(data)
  } catch {
    throw new ProtocolError('the message is not JSON')
  }
  const parsed = AgentMessage.safeParse(json)
  if (parsed.success) return parsed.data
  const [first] = problemDetails(parsed.error)
  const flaw = `${first?.path} ${first?.message}`
  const refused = refusedEvent(json, flaw)
  if (refused) return refused
  throw new ProtocolError(`invalid message: ${flaw}`)
}

/** Takes the next piece of work off the inbox. */
export function takeWork(inbox: Inbound[]): Work | null {
  const first = inbox.shift()
  if (!first) return null
  const { socket, message } = first
  if (!('seq' in message)) return { socket, message }
  const events: (RunEvent | RefusedEvent)[] = [message]
  while (events.length < MAX_GROUP) {
    const next = inbox[0]
    if (next?.socket !== socket || !('seq' in next.message) || next.message.run_id !== message.run_id) break
    events.push(next.message)
    inbox.shift()
  }
  return { socket, runId: message.run_id, events }
}
