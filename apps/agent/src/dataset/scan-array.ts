import type { RawRecord } from './raw-records.ts'
import { MAX_RECORD_BYTES, RecordTooLong } from './record-limit.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** Follows the nesting of JSON through the pieces of a file; brackets within strings do not count. */
class Nesting {
  depth = 0
  #inString = false
  /** Backslashes at the end of the piece before, within a string. */
  #backslashes = 0

  /** The next byte between two entries of the outermost array, at its ends or outside; the piece's length when there is none. */
  boundary(chunk: Buffer, from: number): number {
    let at = from
    while (at < chunk.length) {
      if (this.#inString) {
        at = this.#afterString(chunk, at)
        continue
      }
      const byte = chunk[at]
      if (this.depth === 0) {
        if (byte === OPEN_BRACKET) this.depth++
        return at
      }
      if (byte === QUOTE) this.#inString = true
      else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) this.depth++
      else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
        if (--this.depth === 0) return at
      } else if (this.depth === 1 && byte === COMMA) return at
      at++
    }
    return at
  }

  #afterString(chunk: Buffer, from: number): number {
    let at = from
    for (;;) {
      const quote = chunk.indexOf(QUOTE, at)
      const end = quote === -1 ? chunk.length : quote
      let before = end
      while (before > at && chunk[before - 1] === BACKSLASH) before--
      const backslashes = end - before + (before === at ? this.#backslashes : 0)
      this.#backslashes = quote === -1 ? backslashes : 0
      if (quote === -1) return end
      at = quote + 1
      if (backslashes % 2 === 1) continue
      this.#inString = false
      return at
    }
  }
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d

/** The entries of a file that is one JSON array, such as ShareGPT's. Throws where the array itself is not JSON. */
export async function* arrayRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<RawRecord> {
  const nesting = new Nesting()
  let position: 'before' | 'within' | 'after' = 'before'
  let carried: Buffer[] = []
  let carriedBytes = 0
  let start = 0
  let number = 1
  for await (const chunk of chunks) {
    let from = 0
    let at = nesting.boundary(chunk, 0)
    for (; at < chunk.length; at = nesting.boundary(chunk, from)) {
      const bytes = Buffer.concat([...carried, chunk.subarray(from, at)])
      const byte = chunk[at]
      if (position === 'within') {
        if (!bytes.every(isSpace)) yield { start, bytes, number: number++ }
        else if (byte === COMMA || number > 1) {
          throw new Error(`has nothing as entry ${number}: there is a comma too many`)
        }
        if (byte === CLOSE_BRACE) throw new Error('ends its array with "}" instead of "]"')
        if (byte === CLOSE_BRACKET) position = 'after'
      } else if (position === 'after' && !isSpace(byte)) {
        throw new Error('goes on after the end of its array: it takes one array, or one object a line')
      } else if (byte === OPEN_BRACKET) position = 'within'
      carried = []
      carriedBytes = 0
      start += bytes.length + 1
      from = at + 1
    }
    carried.push(chunk.subarray(from))
    carriedBytes += chunk.length - from
    if (carriedBytes > MAX_RECORD_BYTES) throw new RecordTooLong(number)
  }
  if (nesting.depth > 0) throw new Error(`ends within entry ${number}: the file is cut off`)
}
