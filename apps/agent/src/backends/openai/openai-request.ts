import type { Outcome } from '@llm-loadtest/schema'
import type { Exchange, Meter } from '../backend.ts'
import type { EventLog } from '../event-log.ts'
import type { ResponseHandler } from '../http/connection.ts'
import type { ResponseHead } from '../http/response-head.ts'
import type { RecordArena } from '../record-arena.ts'
import type { EventTemplates } from './event-templates.ts'
import { newExchange } from './exchange-state.ts'
import { classify, type Failure } from './failure.ts'
import { ErrorReader, type ResponseReader, WholeReader } from './response-reader.ts'
import { StreamReader } from './stream-reader.ts'

/** What the requests of a run share. */
export type RequestSettings = {
  streaming: boolean
  /** Whether the run goes on with the replies, so that their text is always kept. */
  keepText: boolean
  meter: Meter
  arena: RecordArena
  templates: EventTemplates
}

/** Told of the end: whether the connection can carry another request. */
export type OnEnd = (exchange: Exchange, reusable: boolean) => void

/** A defect of ours in reading must end the request in its class, not the process. */
function defect(error: unknown): Failure {
  const name = error instanceof Error ? error.name : 'Error'
  const outcome: Outcome = name === 'EventTooLargeError' ? 'STREAM_ERROR' : `UNEXPECTED:${name}`
  return { outcome, message: error instanceof Error ? error.message : String(error) }
}

/** One request under way, told by its connection what comes in. Every time is read before anything is decoded. */
export class OpenAiRequest implements ResponseHandler {
  readonly exchange: Exchange = newExchange()
  readonly #settings: RequestSettings
  readonly #log: EventLog
  readonly #onEnd: OnEnd
  readonly #begun = performance.now()
  #reader: ResponseReader | null = null
  #ended = false

  /** @param log where its events are kept until it ends */
  constructor(settings: RequestSettings, log: EventLog, onEnd: OnEnd) {
    log.reset()
    this.#settings = settings
    this.#log = log
    this.#onEnd = onEnd
  }

  /** Gives the request up; its connection is of no more use. */
  abort(outcome: Outcome, message: string): void {
    this.#fail({ outcome, message })
  }

  onSend(connectMs: number): void {
    this.exchange.connectMs = connectMs
    this.exchange.sentAt = performance.now()
  }

  onHead({ status, headers }: ResponseHead): void {
    const { streaming, meter, templates } = this.#settings
    this.exchange.httpStatus = status
    const encoding = headers.get('content-encoding') ?? 'identity'
    if (status >= 300) this.#reader = new ErrorReader(status)
    else if (encoding !== 'identity') {
      this.#fail({
        outcome: 'STREAM_ERROR',
        message: `the server answered in content-encoding "${encoding}" although none was asked for`,
      })
    } else if (!streaming) this.#reader = new WholeReader(this.exchange, this.#log, meter)
    else if (headers.get('content-type')?.includes('application/json')) {
      this.#fail({
        outcome: 'STREAM_ERROR',
        message: 'the server answered JSON instead of an event stream: measure it without streaming',
      })
    } else this.#reader = new StreamReader(this.exchange, this.#log, meter, templates)
  }

  onBody(bytes: Buffer, start: number, end: number, at: number): void {
    const reader = this.#reader
    if (this.#ended || reader === null) return
    let failure: Failure | null
    try {
      failure = reader.push(bytes, start, end, this.#notBeforeSend(at))
    } catch (error) {
      failure = defect(error)
    }
    if (failure) this.#fail(failure)
  }

  onComplete(at: number, reusable: boolean): void {
    if (this.#ended) return
    const end = this.#notBeforeSend(at)
    let failure: Failure | null = null
    try {
      failure = this.#reader?.end(end) ?? null
    } catch (error) {
      failure = defect(error)
    }
    this.#end(failure, end, reusable)
  }

  onError(error: Error): void {
    if (this.#ended) return
    // What came of an error's body still tells more than that it was cut.
    const failure =
      this.#reader instanceof ErrorReader
        ? this.#reader.end()
        : classify(error, { responseBegan: this.exchange.httpStatus !== null })
    this.#end(failure, performance.now(), false)
  }

  /** A turn of the event loop that sends may also read the answer: its data is not from before. */
  #notBeforeSend(at: number): number {
    return at < this.exchange.sentAt ? this.exchange.sentAt : at
  }

  #fail(failure: Failure): void {
    if (this.#ended) return
    this.#end(failure, performance.now(), false)
  }

  #end(failure: Failure | null, at: number, reusable: boolean): void {
    this.#ended = true
    this.exchange.endedAt = at
    // It never had a connection: the time it tried to open one is all it took.
    if (Number.isNaN(this.exchange.sentAt)) this.exchange.connectMs = at - this.#begun
    if (failure) {
      this.exchange.outcome = failure.outcome
      this.exchange.errorMessage = failure.message
    }
    this.#log.copyTo(this.exchange, this.#settings.arena, this.#textIsWanted())
    this.#onEnd(this.exchange, reusable)
  }

  /** Without text there is no way to count what the server did not count, in all or by event. */
  #textIsWanted(): boolean {
    const counted = this.exchange.usage?.outputTokens
    return this.#settings.keepText || !counted || counted !== this.#log.count
  }
}
