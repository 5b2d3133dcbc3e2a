import { ControlMessage, problemDetails, RunId } from '@llm-loadtest/schema'
import { z } from 'zod'

/** What the protocol allows for the reason of a `reject`. */
const MAX_REASON_CHARACTERS = 1000

/** A text from the control plane: a message, a run that cannot be taken, or neither. */
export type Incoming =
  | { kind: 'message'; message: ControlMessage }
  | { kind: 'unusable_run'; runId: string; reason: string }
  | { kind: 'invalid'; reason: string }

const AnyAssignment = z.object({ type: z.literal('assign'), run: z.object({ run_id: RunId }) })

/** Runs `read`; whatever it throws, a stack overflow too, becomes what was wrong, without quoting the text. */
function guarded<T>(read: () => T): { value: T } | { problem: string } {
  try {
    return { value: read() }
  } catch (error) {
    return { problem: error instanceof Error ? error.name : typeof error }
  }
}

function parsed(json: unknown): { message: ControlMessage } | { problem: string } {
  const result = guarded(() => ControlMessage.safeParse(json))
  if ('problem' in result) return { problem: `it cannot be read (${result.problem})` }
  if (result.value.success) return { message: result.value.data }
  const details = problemDetails(result.value.error)
  return { problem: details.map(({ path, message }) => `${path}: ${message}`).join('; ') }
}

/**
 * Reads a message of the control plane. Never throws: one message must not end the agent and what it runs. A run
 * that this agent cannot read is told apart, so that it can be rejected rather than assigned again and again.
 */
export function readMessage(text: string): Incoming {
  const json = guarded<unknown>(() => JSON.parse(text))
  if ('problem' in json) return { kind: 'invalid', reason: 'a message is not JSON' }
  const result = parsed(json.value)
  if ('message' in result) return { kind: 'message', message: result.message }
  const assignment = AnyAssignment.safeParse(json.value)
  if (!assignment.success) {
    return { kind: 'invalid', reason: `a message does not follow the protocol: ${result.problem}` }
  }
  const reason = `This agent cannot take the run as it is defined: ${result.problem}.`
  return {
    kind: 'unusable_run',
    runId: assignment.data.run.run_id,
    reason: reason.slice(0, MAX_REASON_CHARACTERS),
  }
}
