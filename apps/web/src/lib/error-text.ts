import { t } from '../i18n/index.ts'
import { ApiError } from './api.ts'

/** A safe sentence for any error: what the control plane says, else words of our own and never a stack. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.status === 0) return t().errors.unreachable
    if (error.status === 401) return t().errors.unauthorized
    if (error.status === 404) return t().errors.notFound
    if (error.status === 429) return t().errors.rateLimited
    return error.message
  }
  return t().errors.unexpected
}

/** The request's id, to quote when asking for help; null when the control plane gave none. */
export const requestIdOf = (error: unknown): string | null =>
  error instanceof ApiError ? error.requestId : null
