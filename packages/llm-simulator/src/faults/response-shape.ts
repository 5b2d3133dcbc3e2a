import type { CompletionRequest } from '../http/completion-request.ts'
import { type FaultName, TOKENS_BEFORE_BREAK, TOKENS_PER_MULTI_EVENT } from './fault-catalogue.ts'

export type BreakKind = 'stall' | 'cut' | 'malformed-json' | 'error-event'

/** How a response is sent; a fault is a departure from the plain shape. */
export type ResponseShape = {
  lineEnd: '\n' | '\r\n'
  tokensPerEvent: number
  /** Tokens given as reasoning, before the others. */
  reasoningTokens: number
  roleWithHeaders: boolean
  comments: boolean
  /** False: no finish reason, no usage event, no [DONE]. */
  finish: boolean
  usage: boolean
  /** What goes wrong, and with which token, counting from 1. */
  breakAt: { kind: BreakKind; token: number } | null
}

function breakKind(fault: FaultName | null): BreakKind | null {
  switch (fault) {
    case 'stall':
    case 'cut':
    case 'malformed-json':
    case 'error-event':
      return fault
    default:
      return null
  }
}

/** The shape of a response of `outputTokens` tokens under a fault, or under none. */
export function responseShape(
  fault: FaultName | null,
  request: CompletionRequest,
  outputTokens: number,
): ResponseShape {
  const chat = request.endpoint === 'chat'
  const kind = breakKind(fault)
  return {
    lineEnd: fault === 'crlf' ? '\r\n' : '\n',
    tokensPerEvent: fault === 'multi-token' ? TOKENS_PER_MULTI_EVENT : 1,
    reasoningTokens: fault === 'reasoning' && chat ? Math.floor(outputTokens / 2) : 0,
    roleWithHeaders: fault === 'role-only-first' && chat,
    comments: fault === 'keep-alive',
    finish: fault !== 'no-finish-reason',
    usage: fault !== 'no-usage',
    breakAt: kind === null ? null : { kind, token: Math.min(TOKENS_BEFORE_BREAK, outputTokens) },
  }
}
