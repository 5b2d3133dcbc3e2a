import type { IncomingMessage } from 'node:http'
import { HttpError } from './http-error.ts'

function tooLarge(maxBytes: number): HttpError {
  return new HttpError(413, `The request body is larger than ${maxBytes} bytes; send a shorter prompt.`, {
    headers: { connection: 'close' },
  })
}

/**
 * Reads a JSON body of at most `maxBytes` bytes. Throws HttpError 413 above that and 400 for what is not JSON; the rest of a body
 * that is too large is read and dropped, so that the client gets to see the answer.
 */
export async function readJsonBody(req: IncomingMessage, maxBytes: number): Promise<unknown> {
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) {
    req.resume()
    throw tooLarge(maxBytes)
  }
  const text = await readText(req, maxBytes)
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new HttpError(400, `The request body is not valid JSON: ${reason}`)
  }
}

function readText(req: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) {
        chunks.length = 0
        reject(tooLarge(maxBytes))
        return
      }
      chunks.push(chunk)
    })
    req.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    req.on('error', () => reject(new HttpError(400, 'The client left before its request was complete.')))
  })
}
