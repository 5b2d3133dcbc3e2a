import { PROBLEM_STATUS, type Problem, type ProblemCode } from '@llm-loadtest/schema'

type Details = Problem['error']['details']

/** An error a client may see: a stable code, a public message, and headers the answer needs. */
export class AppError extends Error {
  readonly code: ProblemCode
  readonly details: Details
  readonly headers: Record<string, string>

  constructor(
    code: ProblemCode,
    publicMessage: string,
    options: { cause?: unknown; details?: Details; headers?: Record<string, string> } = {},
  ) {
    super(publicMessage, { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.details = options.details
    this.headers = options.headers ?? {}
  }

  get status() {
    return PROBLEM_STATUS[this.code]
  }
}

export class BadRequestError extends AppError {
  constructor(message: string, cause?: unknown) {
    super('bad_request', message, { cause })
  }
}

export class UnauthorizedError extends AppError {
  constructor(message: string) {
    super('unauthorized', message, { headers: { 'WWW-Authenticate': 'Bearer' } })
  }
}

export class ForbiddenError extends AppError {
  constructor(message: string) {
    super('forbidden', message)
  }
}

export class NotFoundError extends AppError {
  constructor(what: string) {
    super('not_found', what)
  }
}

export class MethodNotAllowedError extends AppError {
  constructor(method: string, allowed: readonly string[]) {
    const list = allowed.join(', ')
    super('method_not_allowed', `${method} is not supported here; use ${list}.`, { headers: { Allow: list } })
  }
}

export class ConflictError extends AppError {
  constructor(message: string) {
    super('conflict', message)
  }
}

export class PayloadTooLargeError extends AppError {
  constructor(limitBytes: number) {
    super('payload_too_large', `The body is larger than the ${limitBytes} bytes allowed; send less.`)
  }
}

export class UnsupportedMediaTypeError extends AppError {
  constructor() {
    super('unsupported_media_type', 'Send the body as JSON with the header Content-Type: application/json.')
  }
}

export class UnprocessableError extends AppError {
  constructor(details: NonNullable<Details>) {
    const named = details.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    super('unprocessable', `The request is not valid. ${named.join('; ')}`, { details })
  }
}

export class RateLimitedError extends AppError {
  /** @param retryAfterSeconds at least 1 */
  constructor(message: string, retryAfterSeconds: number) {
    super('rate_limited', message, { headers: { 'Retry-After': String(retryAfterSeconds) } })
  }
}

export class UpgradeRequiredError extends AppError {
  constructor() {
    super('upgrade_required', 'This address is a WebSocket: connect with Upgrade: websocket.')
  }
}

export class UnavailableError extends AppError {
  constructor(message: string, cause?: unknown) {
    super('unavailable', message, { cause })
  }
}

/** The one error body. */
export function problemOf(error: AppError, requestId: string): Problem {
  return {
    error: {
      code: error.code,
      message: error.message,
      request_id: requestId,
      ...(error.details === undefined ? {} : { details: error.details }),
    },
  }
}
