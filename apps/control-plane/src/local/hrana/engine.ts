import { randomBytes } from 'node:crypto'

import { executeWhenFree, runBatch } from './batch.ts'
import { HranaError, toWireError } from './hrana-error.ts'
import { LockQueue } from './lock-queue.ts'
import type { Stream } from './stream.ts'
import { StreamPool } from './stream-pool.ts'
import type {
  PipelineRequest,
  PipelineResponse,
  StreamRequest,
  StreamResponse,
  StreamResult,
} from './wire.ts'

export interface EngineOptions {
  path: string
  /** Longest wait for the write lock or for a free stream, in milliseconds. */
  busyMs: number
  /** A stream whose client stays silent this long is rolled back and closed, in milliseconds. */
  idleMs: number
  maxStreams: number
}

interface OpenStream {
  stream: Stream
  expiry: NodeJS.Timeout
}

/** Answers Hrana pipelines: keeps streams between requests under one-time batons, and expires the forgotten. */
export class Engine {
  readonly #locks: LockQueue
  readonly #pool: StreamPool
  readonly #idleMs: number
  readonly #open = new Map<string, OpenStream>()
  #closing = false

  constructor({ path, busyMs, idleMs, maxStreams }: EngineOptions) {
    this.#locks = new LockQueue(busyMs)
    this.#pool = new StreamPool({ path, maxStreams, waitMs: busyMs, locks: this.#locks })
    this.#idleMs = idleMs
  }

  /** Opens the database and takes the write lock once, so that one we cannot use fails now. */
  async verify(): Promise<void> {
    const stream = await this.#pool.acquire()
    try {
      await this.#locks.run(() => stream.probeWriteLock())
    } finally {
      this.#pool.release(stream)
    }
  }

  /** Runs the requests in order; one that fails does not stop the next. */
  async pipeline({ baton, requests }: PipelineRequest): Promise<PipelineResponse> {
    if (this.#closing) throw new HranaError('SERVER_CLOSED', 'The database server is closing')
    const stream = typeof baton === 'string' ? this.#resume(baton) : await this.#pool.acquire()
    let keep = false
    try {
      const results: StreamResult[] = []
      for (const request of requests) results.push(await this.#answer(stream, request))
      keep = !this.#closing && !requests.some(({ type }) => type === 'close')
      return { baton: keep ? this.#park(stream) : null, base_url: null, results }
    } finally {
      if (!keep) this.#pool.release(stream)
    }
  }

  /** Rolls back and closes the stream of a client that will not come back for it. */
  abandon(baton: string): void {
    if (this.#open.has(baton)) this.#pool.release(this.#resume(baton))
  }

  /** Fails those who wait for a lock, and takes no new work; call `close` when the running pipelines have ended. */
  stop(): void {
    this.#closing = true
    this.#locks.close()
  }

  /** Rolls back and closes every stream that is still open. */
  close(): void {
    for (const baton of [...this.#open.keys()]) this.abandon(baton)
    this.#pool.close()
  }

  #resume(baton: string): Stream {
    const open = this.#open.get(baton)
    if (open === undefined) {
      const idle = `a stream left idle for ${this.#idleMs} ms is rolled back`
      throw new HranaError('STREAM_EXPIRED', `The stream is unknown or has expired (${idle}); start over`)
    }
    this.#open.delete(baton)
    clearTimeout(open.expiry)
    return open.stream
  }

  #park(stream: Stream): string {
    const baton = randomBytes(24).toString('base64url')
    const expiry = setTimeout(() => this.abandon(baton), this.#idleMs)
    this.#open.set(baton, { stream, expiry })
    return baton
  }

  async #answer(stream: Stream, request: StreamRequest): Promise<StreamResult> {
    try {
      return { type: 'ok', response: await this.#run(stream, request) }
    } catch (error) {
      return { type: 'error', error: toWireError(error) }
    } finally {
      if (!stream.inTransaction) this.#locks.released()
    }
  }

  async #run(stream: Stream, request: StreamRequest): Promise<StreamResponse> {
    switch (request.type) {
      case 'execute': {
        const sql = stream.textOf(request.stmt)
        const result = await executeWhenFree(stream, this.#locks, () => stream.execute(sql, request.stmt))
        return { type: 'execute', result }
      }
      case 'batch':
        return { type: 'batch', result: await runBatch(stream, request.batch.steps, this.#locks) }
      case 'sequence':
        await this.#runScript(stream, stream.textOf(request))
        break
      case 'store_sql':
        stream.storeText(request.sql_id, request.sql)
        break
      case 'close_sql':
        stream.dropText(request.sql_id)
        break
      case 'describe':
        throw new HranaError(
          'DESCRIBE_UNSUPPORTED',
          'The embedded database server does not describe statements',
        )
      case 'close':
        break
      default:
        return request satisfies never
    }
    return { type: request.type }
  }

  /** A script cannot be tried again from its middle, so it waits for the lock before its first statement. */
  async #runScript(stream: Stream, sql: string): Promise<void> {
    if (!stream.inTransaction) await this.#locks.run(() => stream.probeWriteLock())
    stream.runScript(sql)
  }
}
