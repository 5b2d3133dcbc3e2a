import type { ServerResponse } from 'node:http'
import type { HttpError } from './http-error.ts'

/** Sends a whole response. Does nothing where the client has already gone. */
export function respond(
  res: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  if (res.destroyed) return
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
  res.end(body)
}

/** Sends an error's status and body. */
export function respondError(res: ServerResponse, error: HttpError): void {
  respond(res, error.status, error.toBody(), error.headers)
}

/**
 * Writes text to the socket now and returns the time just before, `performance.now()` ms. Without the cork Node would hold the bytes
 * until the current callback ends, and the time would be that of the decision, not of the write.
 */
export function writeNow(res: ServerResponse, text: string): number {
  return flushed(res, () => res.write(text))
}

/** As `writeNow`, and ends the response. */
export function endNow(res: ServerResponse, text: string): number {
  return flushed(res, () => res.end(text))
}

function flushed(res: ServerResponse, write: () => void): number {
  const { socket } = res
  socket?.cork()
  const at = performance.now()
  write()
  socket?.uncork()
  return at
}
