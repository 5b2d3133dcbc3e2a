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
  /** Whether the data is still a part of the chunk it came in. */
  #borrowed = false
  #type = ''
  #afterCr = false

  constructor(onEvent: OnEvent) {
    this.#onEvent = onEvent
  }

  /** Takes the next bytes; calls back for each event they complete. Throws EventTooLargeError. */
  push(chunk: Buffer): void {
    let lineStart = 0
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]
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
      this.#line(this.#complete(chunk.subarray(lineStart, i)))
      lineStart = i + 1
    }
    if (lineStart < chunk.length) this.#keep(chunk.subarray(lineStart))
    this.#own()
  }

  /** The stream has ended: an event without its closing blank line still counts, as several servers omit it. */
  end(): void {
    if (this.#partial) this.#line(this.#complete(Buffer.alloc(0)))
    this.#dispatch()
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

  /** The chunk's memory may be reused after push: an event that goes on needs a copy of its own. */
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
    this.#type = ''
    if (data) this.#onEvent(data, type)
  }
}

const LINE_FEED = Buffer.from('\n')

function isField(line: Buffer, length: number, name: string): boolean {
  if (length !== name.length) return false
  for (let i = 0; i < length; i++) if (line[i] !== name.charCodeAt(i)) return false
  return true
}
