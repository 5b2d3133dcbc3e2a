import { z } from 'zod'

/** Stable error codes of the API and the HTTP status each is sent with. */
export const PROBLEM_STATUS = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  unprocessable: 422,
  upgrade_required: 426,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const

export type ProblemCode = keyof typeof PROBLEM_STATUS

const codes = Object.keys(PROBLEM_STATUS) as [ProblemCode, ...ProblemCode[]]

/** The one error body. `details` names the fields at fault, one entry each. */
export const Problem = z
  .strictObject({
    error: z.strictObject({
      code: z.enum(codes),
      message: z.string().meta({ description: 'What failed, then what to do.' }),
      request_id: z.string(),
      details: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    }),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>

/** What is wrong, in words: zod itself does not tell why it refuses the key of a record. */
export const issueMessage = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message

/** Turns a zod error into the `details` of a problem: `path` as in `goodput_thresholds.ttft_ms` or `concurrency[0]`. */
export function problemDetails(error: z.ZodError): { path: string; message: string }[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: z.core.toDotPath([...issue.path, key]),
        message: 'is not a known field',
      }))
    }
    return [{ path: z.core.toDotPath(issue.path), message: issueMessage(issue) }]
  })
}
