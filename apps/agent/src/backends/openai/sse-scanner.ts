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

/**
 * Receives each event: its data, bytes[start, end), lent until the call returns, and its type (empty when the stream
 * names none).
 */
export type OnEvent = (bytes: Buffer, start: number, end: number, type: string) => void

/**
 * Finds server-sent events in a stream of bytes however it is cut: lines may end in LF, CR LF or CR, comments are
 * skipped, several data lines are joined by LF. Text is not decoded here, so a cut UTF-8 character does no harm, and
 * nothing is copied of an event that comes in one piece and has one line of data.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class SseScanner {
  readonly #onEvent: OnEvent
  /** Start of a line whose end has not come yet. */
  #partial: Buffer | null = null
  /** Data lines so far: a part of the bytes being taken, or a copy. */
  #data: Buffer | null = null
  #dataStart = 0
  #dataEnd = 0
  #borrowed = false
  #type = ''
  #afterCr = false

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
      const dispatched = this.#lineEnd(bytes, lineStart, i)
      lineStart = i + 1
      if (dispatched) return this.#skipLineFeed(bytes, lineStart, to)
    }
    if (lineStart < to) this.#keep(bytes.subarray(lineStart, to))
    this.#own()
    return to
  }

  /** The stream has ended: an event without its closing blank line still counts, as several servers omit it. */
  end(): void {
    if (this.#partial) this.#lineEnd(this.#partial, 0, 0)
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

  /** A line has ended, whose last part is bytes[start, end). @returns whether it completed an event */
  #lineEnd(bytes: Buffer, start: number, end: number): boolean {
    const partial = this.#partial
    if (partial === null) return this.#line(bytes, start, end, true)
    this.#partial = null
    const line = Buffer.concat([partial, bytes.subarray(start, end)])
    return this.#line(line, 0, line.length, false)
  }

  #line(bytes: Buffer, start: number, end: number, borrowed: boolean): boolean {
    if (start === end) return this.#dispatch()
    let colon = start
    while (colon < end && bytes[colon] !== COLON) colon++
    if (colon === start) return false
    let value = Math.min(end, colon + 1)
    if (value < end && bytes[value] === SPACE) value++
    if (isField(bytes, start, colon, 'data')) this.#append(bytes, value, end, borrowed)
    else if (isField(bytes, start, colon, 'event')) this.#type = bytes.toString('utf8', value, end)
    return false
  }

  /** The bytes are lent: an event that goes on needs a copy of its own. */
  #own(): void {
    if (this.#data && this.#borrowed) {
      this.#data = Buffer.from(this.#data.subarray(this.#dataStart, this.#dataEnd))
      this.#dataEnd -= this.#dataStart
      this.#dataStart = 0
    }
    this.#borrowed = false
  }

  #append(bytes: Buffer, start: number, end: number, borrowed: boolean): void {
    if (this.#data) {
      const earlier = this.#data.subarray(this.#dataStart, this.#dataEnd)
      this.#data = Buffer.concat([earlier, LINE_FEED, bytes.subarray(start, end)])
      this.#dataStart = 0
      this.#dataEnd = this.#data.length
      this.#borrowed = false
    } else {
      this.#data = bytes
      this.#dataStart = start
      this.#dataEnd = end
      this.#borrowed = borrowed
    }
    if (this.#dataEnd - this.#dataStart > MAX_EVENT_BYTES) throw new EventTooLargeError()
  }

  /** Gives the event out. @returns whether there was one */
  #dispatch(): boolean {
    const data = this.#data
    const type = this.#type
    this.#data = null
    this.#borrowed = false
    this.#type = ''
    if (!data) return false
    this.#onEvent(data, this.#dataStart, this.#dataEnd, type)
    return true
  }
}

const LINE_FEED = Buffer.from('\n')

/** Whether a line's field, bytes[start, end), has this name. */
function isField(bytes: Buffer, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name.charCodeAt(i)) return false
  return true
}
