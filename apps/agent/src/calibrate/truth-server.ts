import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { readClock } from '../backends/http/read-clock.ts'
import { type TruthRequest, TruthRequestReader } from './truth-request.ts'
import { FIRST_TOKEN, NEXT_TOKEN, responseEnd } from './truth-response.ts'

/** Time between two tokens of a stream, ms. */
export const ITL_MS = 20
const TICK_MS = 1
const BACKLOG = 4096
/** Spreads any number of streams evenly over the interval between two tokens. */
const GOLDEN_RATIO = 0.6180339887

/** What was done with one request; times in ms on the server's own clock, of which only differences say anything. */
export type Truth = {
  id: string
  receivedAt: number
  /** When the first token was due; each later one is due ITL_MS after the one before it. */
  firstDueAt: number
  /** Time right before each token was handed to the system. */
  sentAt: Float64Array<ArrayBuffer>
}

type Stream = { socket: Socket; truth: Truth; sent: number }

const dueAt = ({ truth, sent }: Stream): number => truth.firstDueAt + sent * ITL_MS

/**
 * A server that streams chat completions at a fixed pace and remembers when it sent each token. It does nothing else, so
 * that it has time left where a client under test is at its limit.
 */
export class TruthServer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #streams: Stream[] = []
  #ended: Truth[] = []
  #started = 0
  #timer: NodeJS.Timeout | null = null

  constructor() {
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket))
  }

  /** Listens on a free port of the loopback interface, and resolves with it. */
  async listen(): Promise<number> {
    this.#server.listen({ host: '127.0.0.1', port: 0, backlog: BACKLOG })
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    return address.port
  }

  /** The streams that ended since the last call. */
  take(): Truth[] {
    const ended = this.#ended
    this.#ended = []
    return ended
  }

  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #serve(socket: Socket): void {
    const requests = new TruthRequestReader()
    this.#sockets.add(socket)
    socket.on('data', (bytes: Buffer) => {
      const receivedAt = readClock.arrival()
      try {
        const request = requests.read(bytes)
        if (request) this.#start(socket, request, receivedAt)
      } catch {
        // Not the agent's request: it finds its connection closed, and says so in its record.
        socket.destroy()
      }
    })
    // A client that leaves may reset its connection: its streams end with it.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.#sockets.delete(socket)
      this.#streams = this.#streams.filter((stream) => stream.socket !== socket)
    })
  }

  #start(socket: Socket, { id, tokens }: TruthRequest, receivedAt: number): void {
    const phase = (this.#started++ * GOLDEN_RATIO) % 1
    const firstDueAt = receivedAt + ITL_MS * (1 + phase)
    const truth = { id, receivedAt, firstDueAt, sentAt: new Float64Array(tokens) }
    this.#streams.push({ socket, truth, sent: 0 })
    this.#timer ??= setTimeout(() => this.#tick(), TICK_MS)
  }

  #tick(): void {
    const now = performance.now()
    let kept = 0
    for (const stream of this.#streams) {
      if (dueAt(stream) > now || !this.#send(stream)) this.#streams[kept++] = stream
    }
    this.#streams.length = kept
    this.#timer = kept > 0 ? setTimeout(() => this.#tick(), TICK_MS) : null
  }

  /** Sends a stream's next token. @returns whether it was the last */
  #send(stream: Stream): boolean {
    const { socket, truth } = stream
    const bytes = stream.sent === 0 ? FIRST_TOKEN : NEXT_TOKEN
    truth.sentAt[stream.sent++] = performance.now()
    if (stream.sent < truth.sentAt.length) {
      socket.write(bytes)
      return false
    }
    socket.write(Buffer.concat([bytes, responseEnd(stream.sent)]))
    this.#ended.push(truth)
    return true
  }
}
