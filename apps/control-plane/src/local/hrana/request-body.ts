import type { IncomingMessage } from 'node:http'

/** The body is larger than the server takes. */
export class BodyTooLargeError extends Error {
  constructor(limitBytes: number) {
    super(`The request body is larger than ${limitBytes} bytes; send fewer rows at a time`)
    this.name = 'BodyTooLargeError'
  }
}

/**
 * The body as text. One over the limit is refused as soon as that shows; what still arrives is read and dropped,
 * so that the client gets the answer rather than a reset connection.
 */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= limitBytes) {
        chunks.push(chunk)
        return
      }
      chunks.length = 0
      reject(new BodyTooLargeError(limitBytes))
    })
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.on('error', reject)
    request.on('close', () => reject(new Error('The client went away before its request was complete')))
  })
}
