import type { MiddlewareHandler } from 'hono'
import { PayloadTooLargeError, UnsupportedMediaTypeError } from '../errors.ts'
import type { AppEnv } from '../http.ts'

export const MAX_BODY_BYTES = 1024 * 1024
/** A body that is too large is read on to here: hung up on while it sends, a client would never see the 413. */
const MAX_DISCARDED_BYTES = 32 * MAX_BODY_BYTES
const JSON_TYPE = /^application\/json\s*(;|$)/i

/** The whole body, or null when it is larger than allowed. */
async function readBody(request: Request): Promise<Blob | null> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_DISCARDED_BYTES) break
    if (size <= MAX_BODY_BYTES) chunks.push(new Uint8Array(chunk))
  }
  return size > MAX_BODY_BYTES ? null : new Blob(chunks)
}

/** For routes that take a JSON body: checks its size and its type, in that order. */
export const jsonBody: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { method, url, headers } = c.req.raw
  const body = await readBody(c.req.raw)
  if (body === null) throw new PayloadTooLargeError(MAX_BODY_BYTES)
  if (!JSON_TYPE.test(headers.get('content-type') ?? '')) throw new UnsupportedMediaTypeError()
  c.req.raw = new Request(url, { method, headers, body })
  await next()
}
