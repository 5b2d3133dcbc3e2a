const TYPES: Record<number, string> = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  404: 'NotFoundError',
  405: 'MethodNotAllowedError',
  413: 'RequestEntityTooLargeError',
  429: 'RateLimitError',
  500: 'InternalServerError',
  503: 'ServiceUnavailableError',
}

/** A request that ends in an error status with an OpenAI-shaped body. */
export class HttpError extends Error {
  readonly status: number
  readonly param: string | null
  readonly headers: Record<string, string>

  constructor(
    status: number,
    message: string,
    options: { param?: string; headers?: Record<string, string> } = {},
  ) {
    super(message)
    this.name = 'HttpError'
    this.status = status
    this.param = options.param ?? null
    this.headers = options.headers ?? {}
  }

  /** The body: `{"error": {message, type, param, code}}`, `code` being the status as vLLM has it. */
  toBody(): string {
    const { message, status, param } = this
    return JSON.stringify({ error: { message, type: TYPES[status] ?? 'Error', param, code: status } })
  }
}
