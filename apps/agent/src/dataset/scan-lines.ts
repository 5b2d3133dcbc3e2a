import type { RawRecord } from './raw-records.ts'
import { MAX_RECORD_BYTES, RecordTooLong } from './record-limit.ts'

const NEWLINE = 10

const BOM = '\ufeff'

/** Whether a line holds nothing but white space, and perhaps the mark some editors put at the start of a file. */
function isBlank(line: Buffer): boolean {
  const first = line[0]
  if (first !== undefined && first > 0x20 && first < 0x80) return false
  return line.toString('utf8').replace(BOM, '').trim() === ''
}

/** The records of a file that has one a line; blank lines are passed over. */
export async function* lineRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<RawRecord> {
  let carried: Buffer[] = []
  let carriedBytes = 0
  let start = 0
  let number = 1
  const line = (rest: Buffer): RawRecord => {
    const bytes = carried.length === 0 ? rest : Buffer.concat([...carried, rest])
    return { start, bytes, number }
  }
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      const record = line(chunk.subarray(from, end))
      if (!isBlank(record.bytes)) yield record
      carried = []
      carriedBytes = 0
      start += record.bytes.length + 1
      number++
      from = end + 1
    }
    carried.push(chunk.subarray(from))
    carriedBytes += chunk.length - from
    if (carriedBytes > MAX_RECORD_BYTES) throw new RecordTooLong(number)
  }
  const last = line(Buffer.alloc(0))
  if (!isBlank(last.bytes)) yield last
}
