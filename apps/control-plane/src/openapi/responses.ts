import { PROBLEM_STATUS, Problem, type ProblemCode } from '@llm-loadtest/schema'
import type { z } from 'zod'

const DESCRIPTIONS: Record<ProblemCode, string> = {
  bad_request: 'The body is not JSON.',
  unauthorized: 'No API key, or a wrong one.',
  forbidden: 'Not allowed from there, or not with this key.',
  not_found: 'There is no such thing.',
  method_not_allowed: 'The method is not supported here; `Allow` lists those that are.',
  conflict: 'It is not in a state that allows this.',
  payload_too_large: 'The body is too large.',
  unsupported_media_type: 'The body is not application/json.',
  unprocessable: 'A field is wrong; `details` names it.',
  upgrade_required: 'The address is a WebSocket.',
  rate_limited: 'Too many requests; try again after `Retry-After` seconds.',
  internal: 'A fault of the control plane; its log has the request_id.',
  unavailable: 'The database cannot be reached, or a setting is missing.',
}

/** A JSON response of a route. */
export function jsonResponse<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

/** What any route that asks for a key may answer. */
const KEY_PROBLEMS = ['unauthorized', 'forbidden', 'rate_limited'] as const

/** The problem responses of a route: those named, those of a key if `unauthorized` is, and those any route may give. */
export function problems(...codes: ProblemCode[]) {
  const asksForKey = codes.includes('unauthorized')
  const all = [...codes, ...(asksForKey ? KEY_PROBLEMS : []), 'internal', 'unavailable'] as const
  return Object.fromEntries(
    all.map((code) => [PROBLEM_STATUS[code], jsonResponse(Problem, DESCRIPTIONS[code])]),
  )
}

/** The problems of reading a JSON body and checking its fields. */
export const BODY_PROBLEMS = [
  'bad_request',
  'payload_too_large',
  'unsupported_media_type',
  'unprocessable',
] as const satisfies ProblemCode[]
