import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { AgentMessage, CloseCode, type ControlMessage, newId, type RunEvent } from '@llm-loadtest/schema'
import { type WebSocket, WebSocketServer } from 'ws'

/** A control plane that follows a script: it stores what the agent sends as the real one does. */
export class ScriptedControlPlane {
  readonly server: WebSocketServer
  readonly requests: IncomingMessage[] = []
  readonly messages: AgentMessage[] = []
  readonly stored = new Map<string, RunEvent[]>()
  /** Events that arrived again although they were acknowledged. */
  readonly repeated: RunEvent[] = []
  /** What `welcome` answers for a run; by default the last stored. */
  knows: (runId: string) => boolean = () => true
  acknowledges = true
  onEvent: (event: RunEvent) => void = () => undefined
  refuse: (socket: WebSocket) => boolean = () => false
  /** Events that it closes the connection for, as an older one does for what it does not know. */
  cannotRead: (event: RunEvent) => boolean = () => false
  #socket: WebSocket | null = null
  #closed = false

  constructor() {
    this.server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    this.server.on('connection', (socket, request) => {
      this.requests.push(request)
      if (this.refuse(socket)) return
      this.#socket = socket
      socket.on('message', (data) => this.#receive(String(data), socket))
    })
  }

  get url(): string {
    const address = this.server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return `http://127.0.0.1:${address.port}`
  }

  send(message: ControlMessage): void {
    this.sendText(JSON.stringify(message))
  }

  sendText(text: string): void {
    this.#socket?.send(text)
  }

  cut(): void {
    this.#socket?.terminate()
  }

  events(runId: string): RunEvent[] {
    return this.stored.get(runId) ?? []
  }

  of<T extends AgentMessage['type']>(type: T) {
    return this.messages.filter(
      (message): message is Extract<AgentMessage, { type: T }> => message.type === type,
    )
  }

  ackAll(runId: string): void {
    this.send({ type: 'ack', run_id: runId, seq: this.events(runId).length })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const client of this.server.clients) client.terminate()
    this.server.close()
    await once(this.server, 'close')
  }

  #receive(text: string, socket: WebSocket): void {
    if (text === 'ping') {
      socket.send('pong')
      return
    }
    const message = AgentMessage.parse(JSON.parse(text))
    this.messages.push(message)
    if (message.type === 'hello') {
      const acknowledged = Object.fromEntries(
        message.runs.map((runId) => [runId, this.knows(runId) ? this.events(runId).length : null]),
      )
      this.send({ type: 'welcome', agent_id: newId('agent'), acknowledged })
    } else if ('seq' in message) {
      if (socket.readyState !== socket.OPEN) return
      if (this.cannotRead(message)) socket.close(CloseCode.protocolError, 'unknown field')
      else this.#store(message)
    }
  }

  #store(event: RunEvent): void {
    const events = this.events(event.run_id)
    this.stored.set(event.run_id, events)
    if (event.seq <= events.length) this.repeated.push(event)
    else if (event.seq === events.length + 1) events.push(event)
    else throw new Error(`a gap: ${event.seq} after ${events.length}`)
    if (this.acknowledges) this.send({ type: 'ack', run_id: event.run_id, seq: events.length })
    this.onEvent(event)
  }
}
