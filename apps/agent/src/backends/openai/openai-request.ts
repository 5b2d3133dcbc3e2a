import type { Outcome } from '@llm-loadtest/schema'
import type { Dispatcher } from 'undici'
import type { Exchange, Meter } from '../backend.ts'
import type { Connection } from './connection.ts'
import { newExchange } from './exchange-state.ts'
import { classify, type Failure } from './failure.ts'
import { ErrorReader, type ResponseReader, StreamReader, WholeReader } from './response-reader.ts'

/** Events beyond the tokens asked for: the role, the finish reason. */
const SPARE_EVENTS = 4
const MAX_PREALLOCATED_EVENTS = 16_384

/** Told of the end: whether the connection can carry another request. */
export type OnEnd = (exchange: Exchange, reusable: boolean) => void

/**
 * One request under way, called by undici as the response comes in. Every time is read before anything is decoded.
 * `sentAt` is read in onRequestStart: undici calls it when the connection is ready, right before it writes the request.
 */
export class OpenAiRequest implements Dispatcher.DispatchHandler {
  readonly exchange: Exchange
  readonly #connection: Connection
  readonly #streaming: boolean
  readonly #meter: Meter
  readonly #onEnd: OnEnd
  #controller: Dispatcher.DispatchController | null = null
  #reader: ResponseReader | null = null
  #ended = false

  constructor(
    connection: Connection,
    run: { streaming: boolean; meter: Meter; maxTokens: number },
    onEnd: OnEnd,
  ) {
    this.exchange = newExchange(
      run.streaming ? Math.min(run.maxTokens + SPARE_EVENTS, MAX_PREALLOCATED_EVENTS) : 0,
    )
    this.#connection = connection
    this.#streaming = run.streaming
    this.#meter = run.meter
    this.#onEnd = onEnd
  }

  /** Gives the request up. */
  abort(outcome: Outcome, message: string): void {
    this.#fail({ outcome, message })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#ended) {
      controller.abort(new Error('the request was given up'))
      return
    }
    this.exchange.connectMs = this.#connection.takeConnectMs()
    this.exchange.sentAt = performance.now()
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (this.#ended || status < 200) return
    this.exchange.httpStatus = status
    if (status >= 300) this.#reader = new ErrorReader(status)
    else if (!this.#streaming) this.#reader = new WholeReader(this.exchange, this.#meter)
    else if (String(headers['content-type'] ?? '').includes('application/json')) {
      this.#fail({
        outcome: 'STREAM_ERROR',
        message: 'the server answered JSON instead of an event stream: measure it without streaming',
      })
    } else this.#reader = new StreamReader(this.exchange, this.#meter)
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const at = performance.now()
    if (this.#ended || !this.#reader) return
    const failure = this.#attempt(() => this.#reader?.push(chunk, at) ?? null)
    if (failure) this.#fail(failure)
  }

  onResponseEnd(): void {
    const at = performance.now()
    if (this.#ended) return
    const failure = this.#attempt(() => this.#reader?.end(at) ?? null)
    this.#end(failure, at, true)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#ended) return
    // What came of an error's body still tells more than that it was cut.
    const failure =
      this.#reader instanceof ErrorReader
        ? this.#reader.end()
        : classify(error, { responseBegan: this.exchange.httpStatus !== null })
    this.#end(failure, performance.now(), false)
  }

  /** A defect of ours in reading must end the request in its class, not the process. */
  #attempt(read: () => Failure | null): Failure | null {
    try {
      return read()
    } catch (error) {
      const name = error instanceof Error ? error.name : 'Error'
      const outcome: Outcome = name === 'EventTooLargeError' ? 'STREAM_ERROR' : `UNEXPECTED:${name}`
      return { outcome, message: error instanceof Error ? error.message : String(error) }
    }
  }

  #fail(failure: Failure): void {
    if (this.#ended) return
    this.#end(failure, performance.now(), false)
    this.#controller?.abort(new Error('the request was given up'))
  }

  #end(failure: Failure | null, at: number, reusable: boolean): void {
    this.#ended = true
    if (!Number.isNaN(this.exchange.sentAt)) this.exchange.endedAt = at
    if (failure) {
      this.exchange.outcome = failure.outcome
      this.exchange.errorMessage = failure.message
    }
    this.#onEnd(this.exchange, reusable)
  }
}
