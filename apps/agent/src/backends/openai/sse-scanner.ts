const LF = 10
const CR = 13
const SPACE = 32
const COLON = 58
/** An event larger than this is taken for a broken stream. */
export const MAX_EVENT_BYTES = 16 * 1024 * 1024

export class EventTooLargeError extends Error {
  override readonly name = 'EventTooLargeError'
  constructor() {
    super(`the stream holds an event of more than ${MAX_EVENT_BYTES / 1024 / 1024} MiB`)
  }
}

/** Receives each event: the bytes of its data, and its type (empty when the stream names none). */
export type OnEvent = (data: Buffer, type: string) => void

/**
 * Finds server-sent events in a stream of bytes however it is cut: lines may end in LF, CR LF or CR, comments are
 * skipped, several data lines are joined by LF. Text is not decoded here, so a cut UTF-8 character does no harm.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class SseScanner {
  readonly #onEvent: OnEvent
  /** Start of a line whose end has not come yet. */
  #partial: Buffer | null = null
  #data: Buffer | null = null
  /** Whether the data is still a part of the bytes it came in. */
  #borrowed = false
  #type = ''
  #afterCr = false
  #dispatched = false

  constructor(onEvent: OnEvent) {
    this.#onEvent = onEvent
  }

  /** Whether the next byte begins an event: nothing of one has come yet. */
  get betweenEvents(): boolean {
    return this.#partial === null && this.#data === null && this.#type === '' && !this.#afterCr
  }

  /**
   * Takes bytes[from, to) until an event is complete, which it calls back for, or all are taken. The bytes are lent.
   * @returns where to go on; `to` when all are taken
   * @throws EventTooLargeError
   */
  next(bytes: Buffer, from: number, to: number): number {
    let lineStart = from
    this.#dispatched = false
    for (let i = from; i < to; i++) {
      const byte = bytes[i]
      if (byte !== LF && byte !== CR) {
        this.#afterCr = false
        continue
      }
      if (byte === LF && this.#afterCr) {
        this.#afterCr = false
        lineStart = i + 1
        continue
      }
      this.#afterCr = byte === CR
      this.#line(this.#complete(bytes.subarray(lineStart, i)))
      lineStart = i + 1
      if (this.#dispatched) return this.#skipLineFeed(bytes, lineStart, to)
    }
    if (lineStart < to) this.#keep(bytes.subarray(lineStart, to))
    this.#own()
    return to
  }

  /** The stream has ended: an event without its closing blank line still counts, as several servers omit it. */
  end(): void {
    if (this.#partial) this.#line(this.#complete(Buffer.alloc(0)))
    this.#dispatch()
  }

  /** The LF of a CR LF that ended an event belongs to it. */
  #skipLineFeed(bytes: Buffer, at: number, to: number): number {
    if (!this.#afterCr || at >= to || bytes[at] !== LF) return at
    this.#afterCr = false
    return at + 1
  }

  #keep(bytes: Buffer): void {
    this.#partial = this.#partial ? Buffer.concat([this.#partial, bytes]) : Buffer.from(bytes)
    if (this.#partial.length > MAX_EVENT_BYTES) throw new EventTooLargeError()
  }

  #complete(rest: Buffer): Buffer {
    const line = this.#partial ? Buffer.concat([this.#partial, rest]) : rest
    this.#partial = null
    return line
  }

  #line(line: Buffer): void {
    if (line.length === 0) {
      this.#dispatch()
      return
    }
    const colon = line.indexOf(COLON)
    if (colon === 0) return
    const end = colon === -1 ? line.length : colon
    let start = colon === -1 ? line.length : colon + 1
    if (line[start] === SPACE) start++
    if (isField(line, end, 'data')) this.#append(line.subarray(start))
    else if (isField(line, end, 'event')) this.#type = line.toString('utf8', start)
  }

  /** The bytes are lent: an event that goes on needs a copy of its own. */
  #own(): void {
    if (this.#data && this.#borrowed) this.#data = Buffer.from(this.#data)
    this.#borrowed = false
  }

  #append(value: Buffer): void {
    this.#borrowed = this.#data === null
    this.#data = this.#data ? Buffer.concat([this.#data, LINE_FEED, value]) : value
    if (this.#data.length > MAX_EVENT_BYTES) throw new EventTooLargeError()
  }

  #dispatch(): void {
    const data = this.#data
    const type = this.#type
    this.#data = null
    this.#borrowed = false
    this.#type = ''
    if (!data) return
    this.#dispatched = true
    this.#onEvent(data, type)
  }
}

const LINE_FEED = Buffer.from('\n')

function isField(line: Buffer, length: number, name: string): boolean {
  if (length !== name.length) return false
  for (let i = 0; i < length; i++) if (line[i] !== name.charCodeAt(i)) return false
  return true
}
