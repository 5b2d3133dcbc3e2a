import type { Outcome } from '@llm-loadtest/schema'
import type { Exchange, Meter } from '../backend.ts'
import type { EventLog } from '../event-log.ts'
import type { ResponseHandler } from '../http/connection.ts'
import type { ResponseHead } from '../http/response-head.ts'
import type { RecordArena } from '../record-arena.ts'
import type { EventTemplates } from './event-templates.ts'
import { newExchange } from './exchange-state.ts'
import { classify, type Failure } from './failure.ts'
import { ErrorReader, type ResponseReader, type Verdict, WholeReader } from './response-reader.ts'
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

/** Told what becomes of a request: each once, as a rather late end of the body can free the connection after the end. */
export type RequestListener = {
  onEnd(exchange: Exchange): void
  /** @param reusable whether the connection can carry another request */
  onFree(reusable: boolean): void
}

type Ending = { failure: Failure | null; at: number }

/** A stream that says it is over has its body's end with it, or right behind. */
const BODY_END_MS = 5
/** A connection whose body has not ended by then is closed. */
const DRAIN_MS = 1000
/** What may follow [DONE] before the body's end; who sends more will not end it. */
const MAX_SURPLUS_BYTES = 64 * 1024
/** The status tells the outcome: its body, which may stay open, must not hold the request until the time limit. */
const ERROR_BODY_MS = 1000

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
  readonly #listener: RequestListener
  readonly #begun = performance.now()
  #reader: ResponseReader | null = null
  /** How it ends, whatever comes now: known before the body's end of a stream that says it is over. */
  #ending: Ending | null = null
  #surplusBytes = 0
  #bodyTimer: NodeJS.Timeout | undefined
  #ended = false

  /** @param log where its events are kept until it ends */
  constructor(settings: RequestSettings, log: EventLog, listener: RequestListener) {
    log.reset()
    this.#settings = settings
    this.#log = log
    this.#listener = listener
  }

  /** Gives the request up; its connection is of no more use. */
  abort(outcome: Outcome, message: string): void {
    this.#fail(this.#httpError() ?? { outcome, message })
  }

  /** Waits no longer for the body's end of a request that has ended: its connection is closed. */
  closeBody(): void {
    this.#free(false)
  }

  onSend(connectMs: number): void {
    this.exchange.connectMs = connectMs
    this.exchange.sentAt = performance.now()
  }

  onHead(head: ResponseHead): void {
    const { status, headers } = head
    const { streaming, meter, templates } = this.#settings
    this.exchange.httpStatus = status
    const encoding = headers.get('content-encoding') ?? 'identity'
    if (status >= 300) this.#readError(new ErrorReader(head))
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
    if (this.#ending) this.#surplus(this.#ending, end - start)
    if (this.#ended || reader === null) return
    const arrival = this.#notBeforeSend(at)
    let verdict: Verdict
    try {
      verdict = reader.push(bytes, start, end, arrival)
    } catch (error) {
      verdict = defect(error)
    }
    if (verdict === null) return
    if (verdict === 'over') this.#over(reader, arrival)
    else this.#fail(verdict)
  }

  onComplete(at: number, reusable: boolean): void {
    if (!this.#ended) {
      const end = this.#notBeforeSend(at)
      let failure: Failure | null = null
      try {
        failure = this.#reader?.end(end) ?? null
      } catch (error) {
        failure = defect(error)
      }
      this.#end({ failure, at: end })
    }
    this.#free(reusable)
  }

  onError(error: Error): void {
    if (!this.#ended) {
      const responseBegan = this.exchange.httpStatus !== null
      const failure = this.#httpError() ?? classify(error, { responseBegan })
      this.#end({ failure, at: performance.now() })
    }
    this.#free(false)
  }

  #readError(reader: ErrorReader): void {
    this.#reader = reader
    this.#bodyTimer = setTimeout(() => this.#fail(reader.end()), ERROR_BODY_MS)
  }

  /** What came of an error's body still tells more than how it ended. */
  #httpError(): Failure | null {
    return this.#reader instanceof ErrorReader ? this.#reader.end() : null
  }

  /** A turn of the event loop that sends may also read the answer: its data is not from before. */
  #notBeforeSend(at: number): number {
    return at < this.exchange.sentAt ? this.exchange.sentAt : at
  }

  #fail(failure: Failure): void {
    if (this.#ended) return
    this.#end({ failure, at: performance.now() })
    this.#free(false)
  }

  /**
   * The stream says that it is over: that is its end, although a proxy may leave the body open. Only the connection
   * waits for the body's end, and for a moment the request with it, so that the next one need not open another.
   */
  #over(reader: ResponseReader, at: number): void {
    this.#reader = null
    this.#ending = { failure: reader.end(at), at }
    this.#bodyTimer = setTimeout(() => {
      this.#bodyTimer = setTimeout(() => this.#free(false), DRAIN_MS).unref()
      this.#end({ failure: null, at })
    }, BODY_END_MS)
  }

  #surplus(ending: Ending, bytes: number): void {
    this.#surplusBytes += bytes
    if (this.#surplusBytes <= MAX_SURPLUS_BYTES) return
    if (!this.#ended) this.#end(ending)
    this.#free(false)
  }

  #free(reusable: boolean): void {
    clearTimeout(this.#bodyTimer)
    this.#listener.onFree(reusable)
  }

  #end(ending: Ending): void {
    const { failure, at } = this.#ending ?? ending
    this.#ended = true
    this.exchange.endedAt = at
    // It never had a connection: the time it tried to open one is all it took.
    if (Number.isNaN(this.exchange.sentAt)) this.exchange.connectMs = at - this.#begun
    if (failure) {
      this.exchange.outcome = failure.outcome
      this.exchange.errorMessage = failure.message
    }
    this.#log.copyTo(this.exchange, this.#settings.arena, this.#textIsWanted())
    this.#listener.onEnd(this.exchange)
  }

  /** Without text there is no way to count what the server did not count, in all or by event. */
  #textIsWanted(): boolean {
    const counted = this.exchange.usage?.outputTokens
    return this.#settings.keepText || !counted || counted !== this.#log.count
  }
}
