import { type ClientOptions, WebSocket } from 'ws'
import type { z } from 'zod'
import { waitFor } from './wait.ts'

/** A WebSocket whose messages are parsed as they come and can be waited for. */
export class TestSocket<S extends z.ZodType> {
  readonly received: z.output<S>[] = []
  pongs = 0
  closed: { code: number; reason: string } | undefined
  readonly #socket: WebSocket

  constructor(socket: WebSocket, schema: S) {
    this.#socket = socket
    socket.on('message', (data) => {
      const text = String(data)
      if (text === 'pong') this.pongs++
      else this.received.push(schema.parse(JSON.parse(text)))
    })
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) }
    })
  }

  send(message: unknown): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  sendBinary(data: Uint8Array): void {
    this.#socket.send(data)
  }

  /** Drops the connection without a close frame, as a cut cable would. */
  cut(): void {
    this.#socket.terminate()
  }

  /** Takes the first message that matches off those received, waiting for it if need be. */
  async take<T extends z.output<S>>(
    what: string,
    matches: (message: z.output<S>) => message is T,
  ): Promise<T> {
    return waitFor(`${what}; got ${JSON.stringify(this.received).slice(0, 500)}`, () => {
      const index = this.received.findIndex(matches)
      if (index < 0) return undefined
      const [message] = this.received.splice(index, 1)
      return message !== undefined && matches(message) ? message : undefined
    })
  }

  async takeClose(): Promise<{ code: number; reason: string }> {
    return waitFor('the socket to close', () => this.closed)
  }
}

const openSockets = new Set<{ cut(): void }>()

/** Cuts every socket that is still open. */
export function cutOpenSockets(): void {
  for (const socket of openSockets) socket.cut()
  openSockets.clear()
}

/** Opens a socket; rejects with the HTTP status and body when the handshake is refused. */
export async function openSocket<S extends z.ZodType>(
  url: string,
  schema: S,
  options: ClientOptions & { protocols?: string[] } = {},
): Promise<TestSocket<S>> {
  const { protocols = [], ...rest } = options
  const socket = new WebSocket(url, protocols, rest)
  const opened = new TestSocket(socket, schema)
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
    socket.on('unexpected-response', (_request, response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += String(chunk)
      })
      response.on('end', () => reject(new HandshakeRefused(response.statusCode ?? 0, body)))
    })
  })
  openSockets.add(opened)
  return opened
}

export class HandshakeRefused extends Error {
  readonly status: number
  readonly body: string

  constructor(status: number, body: string) {
    super(`the handshake was answered with ${status}`)
    this.status = status
    this.body = body
  }
}
