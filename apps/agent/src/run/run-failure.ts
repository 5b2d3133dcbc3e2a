import type { RunError } from '@llm-loadtest/schema'

/** Why a run cannot go on. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure'
  readonly code: RunError['code']

  constructor(code: RunError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The error a run ends with, whatever stopped it. */
export function runError(error: unknown): RunError {
  if (error instanceof RunFailure) return { code: error.code, message: error.message.slice(0, 2000) }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return { code: 'internal', message: message.slice(0, 2000) }
}
