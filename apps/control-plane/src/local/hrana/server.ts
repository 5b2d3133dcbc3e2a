import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'

import { PortTakenError } from '../errors.ts'
import { Engine } from './engine.ts'
import { HranaError, toWireError } from './hrana-error.ts'
import { openFailure } from './open-failure.ts'
import { BodyTooLargeError, readBody } from './request-body.ts'
import { PipelineRequest } from './wire.ts'

const HOST = '127.0.0.1'
/** Longer than any client keeps an idle connection, so that the client closes first and no request meets a reset. */
const KEEP_ALIVE_MS = 65_000
/** How long closing waits for a request that is still arriving. */
const CLOSE_GRACE_MS = 2_000

export interface HranaServerOptions {
  /** The database file; made when absent. */
  path: string
  /** The bearer token every request has to carry. */
  token: string
  /** 0 picks a free one. */
  port?: number
  /** Largest request body, in bytes. */
  bodyLimitBytes?: number
  /** Longest wait for the write lock, in milliseconds; then the statement fails with SQLITE_BUSY. */
  busyMs?: number
  /** A transaction left idle this long is rolled back, in milliseconds; less than `busyMs`, so that others outwait it. */
  idleMs?: number
  /** Most streams open at once. */
  maxStreams?: number
}

export interface HranaServer {
  url: string
  /** Ends running requests, rolls back open transactions, closes the file. May be called again. */
  close(): Promise<void>
}

/**
 * Serves a database file as libSQL over HTTP (Hrana 2, JSON) on loopback, for `@libsql/client`.
 * Throws DatabaseUnwritableError, NotADatabaseError, DatabaseLockedError or PortTakenError.
 */
export async function startHranaServer(options: HranaServerOptions): Promise<HranaServer> {
  if (options.token === '') throw new TypeError('startHranaServer needs a token')
  const { path, port = 0, busyMs = 10_000, idleMs = 5_000, maxStreams = 128 } = options
  const engine = new Engine({ path, busyMs, idleMs, maxStreams })
  await engine.verify().catch((error: unknown) => {
    throw openFailure(path, error)
  })
  const endpoint = new HranaEndpoint(engine, options.token, options.bodyLimitBytes ?? 32 * 1024 * 1024)
  const server = createServer((request, response) => void endpoint.answer(request, response))
  server.keepAliveTimeout = KEEP_ALIVE_MS
  try {
    await listen(server, port)
  } catch (error) {
    engine.close()
    throw error
  }
  let closed: Promise<void> | undefined
  const close = async () => {
    engine.stop()
    const stopped = once(server, 'close')
    server.close()
    await Promise.race([endpoint.settled(), setTimeout(CLOSE_GRACE_MS, undefined, { ref: false })])
    server.closeAllConnections()
    await Promise.all([stopped, endpoint.settled()])
    engine.close()
  }
  return {
    url: `http://${HOST}:${portOf(server)}`,
    close: () => {
      closed ??= close()
      return closed
    },
  }
}

class HranaEndpoint {
  readonly #engine: Engine
  readonly #tokenHash: Buffer
  readonly #bodyLimitBytes: number
  readonly #running = new Set<Promise<void>>()

  constructor(engine: Engine, token: string, bodyLimitBytes: number) {
    this.#engine = engine
    this.#tokenHash = sha256(`Bearer ${token}`)
    this.#bodyLimitBytes = bodyLimitBytes
  }

  answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const running = this.#route(request, response)
      .catch((error: unknown) => sendJson(response, statusOf(error), problemOf(error)))
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
    return running
  }

  /** Resolves when no request is being answered. */
  async settled(): Promise<void> {
    await Promise.all(this.#running)
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method} ${request.url}`
    if (!timingSafeEqual(sha256(request.headers.authorization ?? ''), this.#tokenHash)) {
      return sendJson(response, 401, {
        message: 'The database token is missing or wrong',
        code: 'AUTH_FAILED',
      })
    }
    if (route === 'GET /v2') return sendJson(response, 200, {})
    if (route !== 'POST /v2/pipeline') {
      return sendJson(response, 404, { message: `No such endpoint: ${route}`, code: 'NOT_FOUND' })
    }
    const result = await this.#engine.pipeline(parsePipeline(await readBody(request, this.#bodyLimitBytes)))
    const { baton } = result
    if (baton !== null) {
      // A client that is gone never learns the baton: free the stream, and the lock it may hold, at once.
      response.on('close', () => {
        if (!response.writableFinished) this.#engine.abandon(baton)
      })
      if (response.destroyed) this.#engine.abandon(baton)
    }
    return sendJson(response, 200, result)
  }
}

function parsePipeline(body: string): PipelineRequest {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    throw new HranaError('PROTOCOL_ERROR', 'The request body is not JSON')
  }
  const parsed = PipelineRequest.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new HranaError('PROTOCOL_ERROR', `Invalid pipeline at ${issue?.path.join('.')}: ${issue?.message}`)
}

function statusOf(error: unknown): number {
  if (error instanceof BodyTooLargeError) return 413
  if (!(error instanceof HranaError)) return 500
  return error.code === 'SERVER_CLOSED' || error.code === 'TOO_MANY_STREAMS' ? 503 : 400
}

function problemOf(error: unknown): { message: string; code: string } {
  if (error instanceof BodyTooLargeError) return { message: error.message, code: 'BODY_TOO_LARGE' }
  return toWireError(error)
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  // The client compares the type letter for letter before it reads an error's message.
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, HOST)
    await once(server, 'listening')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new PortTakenError(HOST, port, error)
    }
    throw error
  }
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('The server has no TCP address')
  return address.port
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
