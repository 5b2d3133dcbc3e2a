import {
  AGENT_SUBPROTOCOL,
  type AgentMessage,
  CloseCode,
  type ControlMessage,
  MAX_MESSAGE_BYTES,
  PING_INTERVAL_MS,
  SILENCE_LIMIT_MS,
} from '@llm-loadtest/schema'
import { WebSocket } from 'ws'
import { readMessage } from './incoming-message.ts'

const HANDSHAKE_TIMEOUT_MS = 15_000
const CLOSE_TIMEOUT_MS = 2000

/** How a connection ended. */
export type SessionEnd = {
  closeCode: number | null
  httpStatus: number | null
  reason: string
  /** The control plane closed it for a message that it cannot take. */
  messageRefused: boolean
}

const REFUSING_CODES: readonly number[] = [CloseCode.protocolError, CloseCode.tooLarge]

export type SessionHandler = {
  open(session: Session): void
  message(message: ControlMessage, session: Session): void
  /** A run was assigned whose definition this agent cannot read. */
  unusableRun(runId: string, reason: string, session: Session): void
}

/** The WebSocket address of a control plane's agent endpoint. */
export function agentSocketUrl(controlPlaneUrl: string): string {
  const url = new URL(controlPlaneUrl)
  url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:'
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/agents/ws`
  return url.href
}

/** One connection to the control plane, from its opening to its end. */
export class Session {
  /** Resolves when the connection has ended, however it did. */
  readonly ended: Promise<SessionEnd>
  readonly #socket: WebSocket
  #lastHeardAt = performance.now()
  #httpStatus: number | null = null
  #error = ''

  constructor(controlPlaneUrl: string, token: string, handler: SessionHandler) {
    this.#socket = new WebSocket(agentSocketUrl(controlPlaneUrl), [AGENT_SUBPROTOCOL], {
      headers: { authorization: `Bearer ${token}` },
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
    })
    const pulse = setInterval(() => this.#pulse(), PING_INTERVAL_MS)
    this.#socket.on('open', () => handler.open(this))
    this.#socket.on('message', (data) => this.#receive(String(data), handler))
    this.#socket.on('unexpected-response', (_request, response) => {
      this.#httpStatus = response.statusCode ?? null
      response.resume()
      this.#socket.terminate()
    })
    this.#socket.on('error', (error) => {
      this.#error = error.message
    })
    this.ended = new Promise((resolve) => {
      this.#socket.on('close', (code, reason) => {
        clearInterval(pulse)
        resolve({
          closeCode: code,
          httpStatus: this.#httpStatus,
          reason: this.#error || String(reason),
          // With an error it is this side that closed it, or that saw it break.
          messageRefused: this.#error === '' && REFUSING_CODES.includes(code),
        })
      })
    })
  }

  /** Whether messages can be sent. */
  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN
  }

  send(message: AgentMessage): void {
    this.sendText(JSON.stringify(message))
  }

  /** Sends a message that is serialised already. What cannot be sent any more is sent again on the next connection. */
  sendText(text: string): void {
    if (this.isOpen) this.#socket.send(text)
  }

  /** Closes in order, or by force when the other side does not answer. */
  close(code: number = CloseCode.normal, reason = ''): void {
    this.#socket.close(code, reason)
    const force = setTimeout(() => this.#socket.terminate(), CLOSE_TIMEOUT_MS)
    this.#socket.once('close', () => clearTimeout(force))
  }

  #pulse(): void {
    if (performance.now() - this.#lastHeardAt > SILENCE_LIMIT_MS) {
      this.#error = 'the control plane was silent for too long'
      this.#socket.terminate()
      return
    }
    this.sendText('ping')
  }

  #receive(text: string, handler: SessionHandler): void {
    this.#lastHeardAt = performance.now()
    if (text === 'pong') return
    const incoming = readMessage(text)
    if (incoming.kind === 'message') handler.message(incoming.message, this)
    else if (incoming.kind === 'unusable_run') handler.unusableRun(incoming.runId, incoming.reason, this)
    else {
      this.#error = incoming.reason
      this.close(CloseCode.protocolError, 'a message does not follow the protocol')
    }
  }
}
