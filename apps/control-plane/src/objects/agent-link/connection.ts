import { AGENT_SUBPROTOCOL, AgentId, CloseCode, type ControlMessage } from '@llm-loadtest/schema'
import { z } from 'zod'

/** What a socket remembers while its object sleeps; times in Unix ms. */
const Attachment = z.object({
  agentId: AgentId,
  /** Sockets of an object are numbered: the newest counts. */
  number: z.int(),
  greeted: z.boolean(),
  slots: z.int(),
  lastMessageAtMs: z.number(),
})
type Attachment = z.infer<typeof Attachment>

const MAX_CLOSE_REASON_BYTES = 123

/** The control plane could not do its part; the agent is to come back and send again. */
export const TRY_AGAIN = 1011

export function attachment(socket: WebSocket): Attachment {
  return Attachment.parse(socket.deserializeAttachment())
}

export function updateAttachment(socket: WebSocket, change: Partial<Attachment>): void {
  socket.serializeAttachment({ ...attachment(socket), ...change })
}

/** The agent's open socket; an older one that a new connection replaced does not count. */
export function currentSocket(ctx: DurableObjectState): WebSocket | null {
  let current: WebSocket | null = null
  for (const socket of ctx.getWebSockets()) {
    if (socket.readyState !== WebSocket.OPEN) continue
    if (!current || attachment(socket).number > attachment(current).number) current = socket
  }
  return current
}

/** The same, if the agent has said hello on it. */
export function greetedSocket(ctx: DurableObjectState): WebSocket | null {
  const socket = currentSocket(ctx)
  return socket && attachment(socket).greeted ? socket : null
}

/** When the agent was last heard of on this socket, Unix ms: a message, or a ping answered in the object's sleep. */
export function lastSignMs(ctx: DurableObjectState, socket: WebSocket): number {
  const pingAtMs = ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0
  return Math.max(attachment(socket).lastMessageAtMs, pingAtMs)
}

/** Sends, unless the socket is closed by now: the next hello brings up all that is said here. */
export function send(socket: WebSocket, message: ControlMessage): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
}

/** Closes with a reason cut to what a close frame can hold. */
export function closeSocket(socket: WebSocket, code: number, reason: string): void {
  const bytes = new TextEncoder().encode(reason).slice(0, MAX_CLOSE_REASON_BYTES)
  socket.close(code, new TextDecoder().decode(bytes, { stream: true }))
}

/** Opens an agent's socket on the object, in place of the one it had. */
export function acceptConnection(ctx: DurableObjectState, agentId: string): Response {
  let number = 1
  for (const old of ctx.getWebSockets()) {
    number = Math.max(number, attachment(old).number + 1)
    closeSocket(old, CloseCode.replaced, 'The same agent connected again.')
  }
  const { 0: client, 1: server } = new WebSocketPair()
  ctx.acceptWebSocket(server)
  const opened: Attachment = { agentId, number, greeted: false, slots: 0, lastMessageAtMs: Date.now() }
  server.serializeAttachment(opened)
  return new Response(null, {
    status: 101,
    webSocket: client,
    headers: { 'Sec-WebSocket-Protocol': AGENT_SUBPROTOCOL },
  })
}

/** The subprotocols an upgrade request offers. */
export function offeredProtocols(request: Request): string[] {
  const header = request.headers.get('sec-websocket-protocol') ?? ''
  return header.split(',').flatMap((name) => name.trim() || [])
}

/** Tells an agent of another protocol what to upgrade: a refused handshake would not carry the reason. */
export function refuseVersion(offered: string[]): Response {
  const { 0: client, 1: server } = new WebSocketPair()
  server.accept()
  const spoken = offered[0] ?? 'no subprotocol'
  const reason = `This control plane speaks ${AGENT_SUBPROTOCOL}, the agent ${spoken}: upgrade the older of the two.`
  closeSocket(server, CloseCode.versionMismatch, reason)
  return new Response(null, {
    status: 101,
    webSocket: client,
    ...(offered[0] === undefined ? {} : { headers: { 'Sec-WebSocket-Protocol': offered[0] } }),
  })
}
