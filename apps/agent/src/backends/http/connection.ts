import type { Socket } from 'node:net'
import { readClock } from './read-clock.ts'
import type { HeadReader, ResponseHead } from './response-head.ts'
import { ResponseParser } from './response-parser.ts'
import { openSocket, type ResolvedAddress } from './target-socket.ts'
import type { TargetUrl } from './target-url.ts'

/** What the connections to one server share. */
export type ConnectionTarget = {
  url: TargetUrl
  address: ResolvedAddress
  /** Longest time to open a connection, ms. */
  timeoutMs: number
  heads: HeadReader
}

/** Told what becomes of one request. Times are ms on performance.now()'s clock. */
export interface ResponseHandler {
  /** The connection is ready and the request is written next. @param connectMs 0 on a connection that was open */
  onSend(connectMs: number): void
  onHead(head: ResponseHead): void
  /** bytes[start, end) of the body, lent until the call returns. */
  onBody(bytes: Buffer, start: number, end: number, at: number): void
  /** @param reusable whether the connection can carry another request */
  onComplete(at: number, reusable: boolean): void
  onError(error: Error): void
}

/** An idle connection is not used after this long: servers close them, most after 5 s or more (uvicorn: 5 s). */
const MAX_IDLE_MS = 4000

export class ConnectionClosedError extends Error {
  override readonly name = 'ConnectionClosedError'
  readonly code = 'CONNECTION_CLOSED'
  constructor() {
    super('the server closed the connection')
  }
}

/** One keep-alive HTTP/1.1 connection that carries a request at a time; it opens when it must. */
export class Connection {
  readonly #target: ConnectionTarget
  readonly #parser: ResponseParser
  #socket: Socket | null = null
  #handler: ResponseHandler | null = null
  #destroyed = false
  #at = 0
  #idleSince = 0

  constructor(target: ConnectionTarget) {
    this.#target = target
    this.#parser = new ResponseParser(
      {
        onHead: (head) => this.#handler?.onHead(head),
        onBody: (bytes, start, end) => this.#handler?.onBody(bytes, start, end, this.#at),
        onComplete: ({ keepAlive }) => this.#complete(keepAlive),
      },
      target.heads,
    )
  }

  /** Whether a request can be written at once. */
  get ready(): boolean {
    return this.#socket !== null && performance.now() - this.#idleSince < MAX_IDLE_MS
  }

  /** Opens the connection now. Resolves in either case: a request will meet the same failure and record it. */
  async warm(): Promise<void> {
    await this.#open().catch(() => undefined)
  }

  /** Sends a request, opening the connection first unless it is open. Never throws: the handler is told. */
  send(head: string, body: Buffer, handler: ResponseHandler): void {
    this.#handler = handler
    if (this.#socket) {
      this.#write(this.#socket, head, body, 0)
      return
    }
    const begun = performance.now()
    this.#open().then(
      (socket) => this.#write(socket, head, body, performance.now() - begun),
      (error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))),
    )
  }

  /** Closes at once, whatever is under way; the handler hears nothing more. */
  destroy(): void {
    this.#handler = null
    this.#parser.stop()
    this.#destroyed = true
    this.#socket?.destroy()
    this.#socket = null
  }

  async #open(): Promise<Socket> {
    const socket = await openSocket(this.#target, (bytes, length) => this.#read(bytes, length))
    // Nobody waits for it any more.
    if (this.#destroyed) socket.destroy()
    socket.on('error', (error) => this.#fail(error))
    socket.on('end', () => this.#ended())
    socket.on('close', () => this.#ended())
    this.#socket = socket
    this.#idleSince = performance.now()
    return socket
  }

  #write(socket: Socket, head: string, body: Buffer, connectMs: number): void {
    if (this.#handler === null) return
    if (socket.destroyed) {
      this.#fail(new ConnectionClosedError())
      return
    }
    this.#parser.expectResponse()
    const request = Buffer.allocUnsafe(head.length + body.length)
    request.write(head, 'latin1')
    body.copy(request, head.length)
    this.#handler.onSend(connectMs)
    socket.write(request)
  }

  #read(bytes: Buffer, length: number): void {
    this.#at = readClock.arrival()
    try {
      this.#parser.push(bytes, length)
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #complete(keepAlive: boolean): void {
    const handler = this.#handler
    this.#handler = null
    this.#idleSince = this.#at
    handler?.onComplete(this.#at, keepAlive)
  }

  #ended(): void {
    this.#at = readClock.arrival()
    this.#socket = null
    if (!this.#parser.finish()) this.#fail(new ConnectionClosedError())
  }

  #fail(error: Error): void {
    const handler = this.#handler
    this.destroy()
    handler?.onError(error)
  }
}
