import { createReadStream } from 'node:fs'
import { errorMessage } from '../error-message.ts'
import { DatasetError } from './dataset-error.ts'
import { arrayRecords } from './scan-array.ts'
import { lineRecords } from './scan-lines.ts'

/** The bytes of one record, which stand at `start` in the file. */
export type RawRecord = {
  start: number
  bytes: Buffer
  /** Number of its line, or of its entry in an array, from 1. */
  number: number
}

/** How a file holds its records: one a line, or all in one JSON array. */
export type Container = 'line' | 'entry'

/** Finds the records in the pieces of a file. Throws with what is wrong, in words. */
export type Scan = (chunks: AsyncIterable<Buffer>) => AsyncIterable<RawRecord>

const SCANS: Record<Container, Scan> = { line: lineRecords, entry: arrayRecords }
const CHUNK_BYTES = 1 << 20
const OPENING_BYTES = 65_536
const BRACKET = '['.charCodeAt(0)

async function readOpening(path: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of createReadStream(path, { end: OPENING_BYTES - 1 }))
      chunks.push(Buffer.from(chunk))
  } catch (error) {
    throw new DatasetError(
      path,
      null,
      `cannot be read (${errorMessage(error)}). Check the path on the agent's machine.`,
      {
        cause: error,
      },
    )
  }
  return Buffer.concat(chunks)
}

/** How a file holds its records, by its first character. */
export async function containerOf(path: string): Promise<Container> {
  const opening = await readOpening(path)
  const first = opening.find((byte) => byte > 0x20 && byte < 0x80)
  if (first === undefined)
    throw new DatasetError(path, null, 'holds no records: the file is empty or not JSON.')
  return first === BRACKET ? 'entry' : 'line'
}

/** Every record of a file, in order, read a piece at a time. */
export const rawRecords = (path: string, container: Container): AsyncIterable<RawRecord> =>
  SCANS[container](createReadStream(path, { highWaterMark: CHUNK_BYTES }))
