import type { IncomingMessage, ServerResponse } from 'node:http'
import { newId } from '@llm-loadtest/schema'
import { type AppError, BadRequestError, NotFoundError, problemOf } from '../../errors.ts'

/** Paths the runtime keeps for its own tools. */
const RUNTIME_PATHS = /^\/cdn-cgi(\/|$)/

/** Why a request does not go on to the worker; null when it does. */
export function flawOf(request: IncomingMessage): AppError | null {
  const { url = '', headers } = request
  const target = url.startsWith('/') ? URL.parse(`http://${headers.host ?? ''}${url}`) : null
  if (target === null)
    return new BadRequestError('The address or the Host header of the request is not valid.')
  return RUNTIME_PATHS.test(target.pathname)
    ? new NotFoundError(`There is nothing at ${target.pathname}.`)
    : null
}

/** The status, headers and body of a problem that is answered here. */
export function problemAnswer(error: AppError) {
  const requestId = newId('req')
  const body = JSON.stringify(problemOf(error, requestId))
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': requestId,
  }
  return { status: error.status, headers, body }
}

export function answerProblem(response: ServerResponse, error: AppError): void {
  const { status, headers, body } = problemAnswer(error)
  response.writeHead(status, headers).end(body)
}
