import type { Outcome } from '@llm-loadtest/schema'
import { member } from './json.ts'

export type Failure = { outcome: Outcome; message: string }

const codeOf = (error: Error): string => {
  const code = member(error, 'code')
  return typeof code === 'string' ? code : ''
}

/** An error's message with its code and, where it wraps others (one an address tried), theirs. */
function describe(error: Error): string {
  if (error instanceof AggregateError) {
    return error.errors.map((one) => (one instanceof Error ? one.message : String(one))).join('; ')
  }
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `${error.message || codeOf(error) || error.name}${cause}`
}

/** Errors of the network, of TLS and of HTTP framing, as opposed to defects of ours. */
const isTransport = (error: Error): boolean => {
  const code = codeOf(error)
  return code !== '' && code !== 'UND_ERR_INVALID_ARG' && !code.startsWith('ERR_INVALID_ARG')
}

/** Puts what a connection reported into its outcome class. */
export function classify(error: Error, phase: { responseBegan: boolean }): Failure {
  if (!isTransport(error)) return { outcome: `UNEXPECTED:${error.name}`, message: describe(error) }
  if (phase.responseBegan) {
    return { outcome: 'STREAM_ERROR', message: `the response was cut: ${describe(error)}` }
  }
  return { outcome: 'CONNECTION_ERROR', message: describe(error) }
}
