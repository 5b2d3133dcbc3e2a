import { CloseCode } from '@llm-loadtest/schema'

/** The control plane does not want this agent: trying again would not help. */
export class LinkRefusedError extends Error {
  override readonly name = 'LinkRefusedError'
}

/** Turns how a connection ended into the error that stops the agent; null when it is worth connecting again. */
export function refusedBy(end: {
  closeCode: number | null
  httpStatus: number | null
  reason: string
}): LinkRefusedError | null {
  const { closeCode, httpStatus, reason } = end
  if (closeCode === CloseCode.revoked || httpStatus === 401 || httpStatus === 403) {
    return new LinkRefusedError(
      'The control plane does not accept this token: it is wrong or was revoked. Create a new one on the Agents page (or POST /api/v1/agents) and start the agent with it.',
    )
  }
  if (closeCode === CloseCode.versionMismatch || httpStatus === 426) {
    const detail = reason ? ` (${reason})` : ''
    return new LinkRefusedError(
      `The control plane speaks another version of the agent protocol${detail}. Upgrade the agent, or the control plane if it is the older one.`,
    )
  }
  if (closeCode === CloseCode.replaced) {
    return new LinkRefusedError(
      'Another agent joined with the same token and took this one’s place. Give each agent a token of its own.',
    )
  }
  return null
}
