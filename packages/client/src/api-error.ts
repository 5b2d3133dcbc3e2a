import type { components } from './openapi.generated.ts'

type ProblemBody = components['schemas']['Problem']['error']

/** Every failure of a call: what the API answered, or that it could not be reached (`status` 0). */
export class ApiError extends Error {
  readonly status: number
  readonly code: ProblemBody['code'] | 'unreachable'
  readonly requestId: string | null
  /** The fields at fault, one entry each; empty when the failure names none. */
  readonly details: { path: string; message: string }[]

  constructor(
    status: number,
    body: Partial<Omit<ProblemBody, 'code'>> & { code: ProblemBody['code'] | 'unreachable' },
    options?: ErrorOptions,
  ) {
    super(body.message ?? `The control plane answered ${status}.`, options)
    this.name = 'ApiError'
    this.status = status
    this.code = body.code
    this.requestId = body.request_id ?? null
    this.details = body.details ?? []
  }
}

function isProblem(body: unknown): body is { error: ProblemBody } {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false
  const { error } = body
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error
}

/** The error an unsuccessful response stands for. A body that is no problem came from something in between. */
export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text()
  try {
    const body: unknown = JSON.parse(text)
    if (isProblem(body)) return new ApiError(response.status, body.error)
  } catch (cause) {
    return new ApiError(response.status, { code: 'internal' }, { cause })
  }
  return new ApiError(response.status, { code: 'internal' })
}
