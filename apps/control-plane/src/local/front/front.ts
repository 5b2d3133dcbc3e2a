import { once } from 'node:events'
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { UnavailableError } from '../../errors.ts'
import { ListenFailedError, PortTakenError } from '../errors.ts'
import { localUrl } from '../listen-address.ts'
import { type Client, clientOf } from './client.ts'
import { passedOn, workerHeaders } from './headers.ts'
import { answerProblem, flawOf } from './refusal.ts'
import { passUpgrade, refuseUpgrade } from './upgrade.ts'

/** Shorter than the 5 s after which workerd closes a connection: none is taken up that is about to be closed. */
const IDLE_UPSTREAM_MS = 3_000
const REQUEST_TIMEOUT_MS = 60_000
const HEADERS_TIMEOUT_MS = 15_000
/** A flood of connections is turned away before it takes every descriptor of the process. */
const MAX_CONNECTIONS = 4_000

export interface FrontOptions {
  host: string
  /** 0 picks a free one. */
  port: number
  /** The worker's port on loopback. */
  workerPort: number
  isTrustedProxy: (address: string) => boolean
}

function passRequest(
  upstream: { port: number; agent: Agent },
  exchange: { request: IncomingMessage; response: ServerResponse; client: Client },
): void {
  const { request, response, client } = exchange
  const passed = httpRequest({
    host: '127.0.0.1',
    port: upstream.port,
    method: request.method,
    path: request.url,
    agent: upstream.agent,
    headers: workerHeaders(request, client),
  })
  passed.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, passedOn(answer).flat())
    answer.pipe(response)
    answer.once('error', () => response.destroy())
  })
  passed.once('error', (error) => {
    if (response.headersSent) response.destroy()
    else
      answerProblem(
        response,
        new UnavailableError('The control plane is not ready; try again in a moment.', error),
      )
  })
  // The worker may answer before it has read the body; what is left of it is read and thrown away.
  response.once('finish', () => request.resume())
  response.once('close', () => passed.destroy())
  request.once('error', () => passed.destroy())
  request.pipe(passed)
}

/**
 * Listens for the worker, which runs on a port of loopback. It tells the worker who the client is, in the way
 * Cloudflare's edge does, and keeps from it all that only a platform may say.
 * Throws PortTakenError or ListenFailedError.
 */
export async function startFront(options: FrontOptions): Promise<{ url: string; close(): Promise<void> }> {
  const agent = new Agent({ keepAlive: true, timeout: IDLE_UPSTREAM_MS })
  const upstream = { port: options.workerPort, agent }
  const client = (request: IncomingMessage): Client =>
    clientOf(request.socket.remoteAddress ?? '', request.headers, options.isTrustedProxy)
  const sockets = new Set<Duplex>()
  const server = createServer({
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  })
  server.maxConnections = MAX_CONNECTIONS
  server.on('request', (request, response) => {
    const flaw = flawOf(request)
    if (flaw) answerProblem(response, flaw)
    else passRequest(upstream, { request, response, client: client(request) })
  })
  server.on('upgrade', (request, socket, early) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    const flaw = flawOf(request)
    if (flaw) refuseUpgrade(socket, flaw)
    else passUpgrade(upstream, { request, socket, early, client: client(request) })
  })
  const address = await listen(server, options)
  return {
    url: localUrl(options.host, String(address.port)),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      for (const socket of sockets) socket.destroy()
      agent.destroy()
      await closed
    },
  }
}

async function listen(
  server: ReturnType<typeof createServer>,
  { host, port }: FrontOptions,
): Promise<AddressInfo> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new PortTakenError(host, port, error)
    }
    throw new ListenFailedError(host, port, error)
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return address
}
