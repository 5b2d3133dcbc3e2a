import type { RunError } from '@llm-loadtest/schema'
import { printable } from '../printable.ts'

/** Why a run cannot go on. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure'
  readonly code: RunError['code']

  constructor(code: RunError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

const MAX_CHARACTERS = 2000

/** The error a run ends with, whatever stopped it; safe to print, as it may quote a server or a dataset. */
export function runError(error: unknown): RunError {
  const [code, message] =
    error instanceof RunFailure
      ? [error.code, error.message]
      : (['internal', error instanceof Error ? `${error.name}: ${error.message}` : String(error)] as const)
  return { code, message: printable(message).slice(0, MAX_CHARACTERS) }
}
