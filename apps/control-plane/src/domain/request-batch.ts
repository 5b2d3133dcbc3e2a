import { RequestRecord } from '@llm-loadtest/schema'
import { z } from 'zod'

const Records = z.array(RequestRecord)

/**
 * The request records of a stored batch (gzip of a JSON array).
 * @throws when the bytes are not gzip, not JSON, or not request records
 */
export async function readBatch(data: Uint8Array<ArrayBuffer>): Promise<RequestRecord[]> {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream('gzip'))
  return Records.parse(await new Response(stream).json())
}
