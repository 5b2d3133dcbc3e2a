import type { ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { isDatabaseUnreachable } from '../db/failure.ts'
import { AppError, BadRequestError, problemOf, UnavailableError } from '../errors.ts'
import type { AppEnv } from '../http.ts'
import { logError } from '../log.ts'

function asAppError(error: Error): AppError {
  if (error instanceof AppError) return error
  if (error instanceof HTTPException && error.status === 400) {
    return new BadRequestError('The body is not valid JSON; check its syntax.', error)
  }
  if (isDatabaseUnreachable(error)) {
    return new UnavailableError('The database cannot be reached; try again in a moment.', error)
  }
  return new AppError('internal', 'Something went wrong here; the log has more under this request_id.', {
    cause: error,
  })
}

/** Turns every error into the one problem body; what a client may not see is logged with the request's id. */
export const errorResponse: ErrorHandler<AppEnv> = (error, c) => {
  const problem = asAppError(error)
  const requestId = c.get('requestId')
  if (problem.status >= 500) logError('request failed', error, { request_id: requestId })
  for (const [name, value] of Object.entries(problem.headers)) c.header(name, value)
  return c.json(problemOf(problem, requestId), problem.status)
}
