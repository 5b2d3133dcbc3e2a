import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Client, type Dispatcher } from 'undici'
import type { TargetUrl } from './target-url.ts'

/** Address a name was first resolved to, so that DNS is asked once a run. */
export type ResolvedAddress = { ip: string | null }

const SOCKET_BUFFER_BYTES = 64 * 1024

/** One keep-alive HTTP/1.1 connection: an undici Client whose socket we open ourselves, ahead of use when asked to. */
export class Connection {
  readonly #url: TargetUrl
  readonly #address: ResolvedAddress
  readonly #client: Client
  #socket: Socket | null = null
  #opened: Socket | null = null
  #connectMs = 0

  constructor(url: TargetUrl, address: ResolvedAddress) {
    this.#url = url
    this.#address = address
    this.#client = new Client(url.origin, {
      pipelining: 1,
      // The request's own deadline covers all of these.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_options, callback) => {
        const ready = this.#opened
        this.#opened = null
        // undici expects the answer after connect has returned.
        if (ready && !ready.destroyed) queueMicrotask(() => callback(null, ready))
        else this.#open(callback)
      },
    })
    // A client that loses its idle socket reports it; the next request opens a new one.
    this.#client.on('connectionError', () => this.#forget())
  }

  /** Opens the socket now. Resolves in either case: a request will meet the same failure and record it. */
  warm(): Promise<void> {
    return new Promise((resolve) => {
      this.#open((error, socket) => {
        if (!error) {
          this.#opened = socket
          this.#connectMs = 0
        }
        resolve()
      })
    })
  }

  /** Hands a request over. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#client.dispatch(options, handler)
  }

  /** Time the connection took to open, ms, told to the first request on it; 0 from then on. */
  takeConnectMs(): number {
    const ms = this.#connectMs
    this.#connectMs = 0
    return ms
  }

  /** Closes at once, whatever is under way. */
  async destroy(): Promise<void> {
    this.#socket?.destroy()
    await this.#client.destroy()
  }

  #forget(): void {
    this.#opened = null
  }

  #open(callback: (...answer: [null, Socket] | [Error, null]) => void): void {
    const { hostname, port, tls } = this.#url
    const begun = performance.now()
    const options = {
      host: this.#address.ip ?? hostname,
      port,
      noDelay: true,
      keepAlive: true,
      highWaterMark: SOCKET_BUFFER_BYTES,
      autoSelectFamily: this.#address.ip === null,
    }
    const socket = tls
      ? connectTls({
          ...options,
          servername: isIpLiteral(hostname) ? '' : hostname,
          ALPNProtocols: ['http/1.1'],
        })
      : connectTcp(options)
    this.#socket = socket
    const fail = (error: Error) => callback(error, null)
    socket.once('error', fail)
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      socket.off('error', fail)
      // Between now and undici's own listeners an error must not be uncaught; `destroyed` then tells of it.
      socket.on('error', () => this.#forget())
      this.#connectMs = performance.now() - begun
      this.#address.ip ??= socket.remoteAddress ?? null
      callback(null, socket)
    })
  }
}

const isIpLiteral = (hostname: string): boolean => /^[\d.]+$|:/.test(hostname)
