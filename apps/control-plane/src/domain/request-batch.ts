import { problemDetails, RequestRecord, type RunEvent } from '@llm-loadtest/schema'
import { z } from 'zod'
import { bytesOfBase64 } from './bytes.ts'

type RequestBatch = Extract<RunEvent, { type: 'request_batch' }>

const Records = z.array(RequestRecord)
/** Most bytes a batch may unpack to: far above 500 records, far below what the worker can hold. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024

/** A batch of request records that cannot be used; the message says why. */
export class BatchError extends Error {
  override readonly name = 'BatchError'
}

/** The text of gzipped bytes, read only as far as the limit. */
async function unpack(data: Uint8Array<ArrayBuffer>): Promise<string> {
  const packed = new Blob([data]).stream()
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  let text = ''
  let size = 0
  try {
    for await (const chunk of packed.pipeThrough(new DecompressionStream('gzip'))) {
      size += chunk.byteLength
      if (size > MAX_UNPACKED_BYTES) break
      text += decoder.decode(chunk, { stream: true })
    }
    if (size <= MAX_UNPACKED_BYTES) return text + decoder.decode()
  } catch (cause) {
    throw new BatchError('it is not gzip of UTF-8 text', { cause })
  }
  throw new BatchError(`it unpacks to more than ${MAX_UNPACKED_BYTES} bytes`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BatchError('it is not JSON')
  }
}

/**
 * The request records of a stored batch (gzip of a JSON array).
 * @throws BatchError when the bytes are not gzip, unpack to too much, are not JSON, or not request records
 */
export async function readBatch(data: Uint8Array<ArrayBuffer>): Promise<RequestRecord[]> {
  const records = Records.safeParse(parseJson(await unpack(data)))
  if (records.success) return records.data
  const [first] = problemDetails(records.error)
  throw new BatchError(`not request records: ${first?.path}: ${first?.message}`)
}

/**
 * Checks that a batch as an agent sent it can be read, and holds what it says it does.
 * @throws BatchError
 */
export async function checkBatch(batch: RequestBatch): Promise<void> {
  const records = await readBatch(bytesOfBase64(batch.data))
  if (records.length !== batch.count) {
    throw new BatchError(`it holds ${records.length} records where its count is ${batch.count}`)
  }
  const stranger = records.find((record) => record.level_index !== batch.level_index)
  if (stranger) {
    throw new BatchError(`it is of level ${batch.level_index}, a record of level ${stranger.level_index}`)
  }
}
