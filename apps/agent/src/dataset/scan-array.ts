import type { RawRecord } from './raw-records.ts'
import { MAX_RECORD_BYTES, RecordTooLong } from './record-limit.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** Follows the nesting of JSON byte by byte; brackets within strings do not count. */
class Nesting {
  depth = 0
  #inString = false
  #escaped = false

  /** Whether the byte stands between two entries of the outermost array, or at its ends. */
  take(byte: number): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false
      else if (byte === BACKSLASH) this.#escaped = true
      else if (byte === QUOTE) this.#inString = false
      return false
    }
    if (byte === QUOTE) this.#inString = true
    else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) return this.depth++ === 0
    else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) return --this.depth === 0
    return this.depth === 0 || (this.depth === 1 && byte === COMMA)
  }
}

/** The entries of a file that is one JSON array, such as ShareGPT's. */
export async function* arrayRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<RawRecord> {
  const nesting = new Nesting()
  let carried: Buffer[] = []
  let carriedBytes = 0
  let start = 0
  let number = 1
  for await (const chunk of chunks) {
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      if (!nesting.take(chunk[at] ?? 0)) continue
      const bytes = Buffer.concat([...carried, chunk.subarray(from, at)])
      if (bytes.some((byte) => byte > 0x20 && byte < 0x80)) yield { start, bytes, number: number++ }
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
