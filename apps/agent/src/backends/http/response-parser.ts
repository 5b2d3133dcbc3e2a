import { expectHttp, type HeadReader, HttpSyntaxError, type ResponseHead } from './response-head.ts'

/** Told what a response consists of, as its bytes come in. */
export interface ResponseEvents {
  onHead(head: ResponseHead): void
  /** A piece of the body without its framing, bytes[start, end): lent until the call returns. */
  onBody(bytes: Buffer, start: number, end: number): void
  onComplete(head: ResponseHead): void
}

type State =
  | 'idle'
  | 'stopped'
  | 'head'
  | 'length'
  | 'until-close'
  | 'chunk-size'
  | 'chunk-extension'
  | 'chunk-data'
  | 'chunk-end'
  | 'trailer'

const LF = 10
const CR = 13
const SEMICOLON = 59
const MAX_HEAD_BYTES = 64 * 1024
/** Bounds chunk extensions and trailers, which nobody needs. */
const MAX_LINE_BYTES = 8 * 1024
const MAX_CHUNK_BYTES = 2 ** 40

/** The value of a hexadecimal digit, or -1. */
function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

/**
 * Takes HTTP/1.1 responses apart, one after the other, however their bytes are cut. It keeps no bytes but those of a
 * head, so what is streamed passes through uncopied. Source: RFC 9112.
 */
export class ResponseParser {
  readonly #events: ResponseEvents
  readonly #heads: HeadReader
  #state: State = 'idle'
  #head: ResponseHead | null = null
  #headText = ''
  /** Whether a line of it is complete. */
  #headBegun = false
  #lineLength = 0
  /** Bytes still to come of the body, or of the chunk. */
  #left = 0
  #digits = 0

  constructor(events: ResponseEvents, heads: HeadReader) {
    this.#events = events
    this.#heads = heads
  }

  /** A request goes out: its response comes next. */
  expectResponse(): void {
    this.#state = 'head'
    this.#head = null
    this.#headText = ''
    this.#headBegun = false
    this.#lineLength = 0
  }

  /** Nothing is wanted any more of what comes. It may be called from an event. */
  stop(): void {
    this.#state = 'stopped'
  }

  /** Takes bytes[0, end). Throws HttpSyntaxError, also for bytes that no request asked for. */
  push(bytes: Buffer, end: number): void {
    let at = 0
    while (at < end) {
      const state = this.#state
      if (state === 'stopped') return
      if (state === 'idle') throw new HttpSyntaxError('bytes that belong to no request')
      at = this.#take(state, bytes, at, end)
    }
  }

  /** The connection has ended. @returns whether the response, if one was expected, is complete */
  finish(): boolean {
    if (this.#state === 'until-close') this.#complete()
    return this.#state === 'idle' || this.#state === 'stopped'
  }

  /** Takes what belongs to the current part. @returns where the next begins */
  #take(state: Exclude<State, 'idle' | 'stopped'>, bytes: Buffer, at: number, end: number): number {
    switch (state) {
      case 'length':
      case 'chunk-data':
        return this.#body(bytes, at, Math.min(end, at + this.#left))
      case 'chunk-size':
        return this.#chunkSize(bytes, at, end)
      case 'chunk-end':
        return this.#chunkEnd(bytes, at)
      case 'head':
        return this.#headBytes(bytes, at, end)
      case 'until-close':
        this.#events.onBody(bytes, at, end)
        return end
      case 'chunk-extension':
      case 'trailer':
        return this.#skippedLine(bytes, at, end)
      default:
        return state satisfies never
    }
  }

  #headBytes(bytes: Buffer, from: number, end: number): number {
    for (let at = from; at < end; at++) {
      const byte = bytes[at]
      if (byte === CR) continue
      if (byte !== LF) {
        this.#lineLength++
        continue
      }
      if (this.#lineLength > 0) {
        this.#lineLength = 0
        this.#headBegun = true
        continue
      }
      // Empty lines before the status line are tolerated.
      if (!this.#headBegun) {
        this.#headText = ''
        return at + 1
      }
      this.#keepHead(bytes, from, at)
      this.#headComplete()
      return at + 1
    }
    this.#keepHead(bytes, from, end)
    // What speaks another protocol may wait for our next word: it is told by its first.
    expectHttp(this.#headText)
    return end
  }

  #keepHead(bytes: Buffer, from: number, to: number): void {
    if (this.#headText.length + to - from > MAX_HEAD_BYTES) {
      throw new HttpSyntaxError('its head is longer than 64 KiB')
    }
    this.#headText += bytes.toString('latin1', from, to)
  }

  #headComplete(): void {
    const head = this.#heads.read(this.#headText)
    this.#headText = ''
    this.#headBegun = false
    if (head.status === 101) throw new HttpSyntaxError('a change of protocol that nobody asked for')
    // Informational responses precede the one that counts.
    if (head.status < 200) return
    this.#head = head
    const { framing } = head
    this.#left = framing.kind === 'length' ? framing.bytes : 0
    this.#digits = 0
    if (framing.kind === 'chunked') this.#state = 'chunk-size'
    else this.#state = framing.kind === 'until-close' ? 'until-close' : 'length'
    const state = this.#state
    this.#events.onHead(head)
    if (this.#state === state && state === 'length' && this.#left === 0) this.#complete()
  }

  #body(bytes: Buffer, from: number, to: number): number {
    const state = this.#state
    this.#left -= to - from
    this.#events.onBody(bytes, from, to)
    if (this.#state !== state || this.#left > 0) return to
    if (state === 'chunk-data') this.#state = 'chunk-end'
    else this.#complete()
    return to
  }

  #chunkSize(bytes: Buffer, from: number, end: number): number {
    for (let at = from; at < end; at++) {
      const byte = bytes[at] ?? 0
      const digit = hexDigit(byte)
      if (digit >= 0) {
        this.#left = this.#left * 16 + digit
        this.#digits++
        if (this.#left > MAX_CHUNK_BYTES) throw new HttpSyntaxError('a chunk of more than a terabyte')
        continue
      }
      if (this.#digits === 0) throw new HttpSyntaxError('a chunk without a size')
      if (byte === LF) {
        this.#sizeComplete()
        return at + 1
      }
      if (byte === CR) continue
      if (byte !== SEMICOLON && byte !== 32 && byte !== 9)
        throw new HttpSyntaxError('a chunk size that is no number')
      this.#state = 'chunk-extension'
      this.#lineLength = 0
      return at + 1
    }
    return end
  }

  #sizeComplete(): void {
    this.#digits = 0
    this.#lineLength = 0
    this.#state = this.#left === 0 ? 'trailer' : 'chunk-data'
  }

  #chunkEnd(bytes: Buffer, at: number): number {
    const byte = bytes[at]
    if (byte === LF) this.#state = 'chunk-size'
    else if (byte !== CR) throw new HttpSyntaxError('a chunk that is longer than its size')
    return at + 1
  }

  /** The rest of a chunk's size line, or a trailer line; an empty trailer line ends the response. */
  #skippedLine(bytes: Buffer, from: number, end: number): number {
    for (let at = from; at < end; at++) {
      const byte = bytes[at]
      if (byte === LF) {
        if (this.#state === 'chunk-extension') this.#sizeComplete()
        else if (this.#lineLength === 0) this.#complete()
        this.#lineLength = 0
        return at + 1
      }
      if (byte !== CR && ++this.#lineLength > MAX_LINE_BYTES) {
        throw new HttpSyntaxError('a chunk extension or trailer longer than 8 KiB')
      }
    }
    return end
  }

  #complete(): void {
    const head = this.#head
    this.#state = 'idle'
    if (head) this.#events.onComplete(head)
  }
}
