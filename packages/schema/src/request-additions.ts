import { z } from 'zod'

/** Fields of the request body that the load engine itself sets; `extra_body` may not override them. */
export const RESERVED_BODY_FIELDS = ['model', 'messages', 'prompt', 'stream', 'stream_options'] as const

/** Headers that frame the message, govern the connection or name the request: the agent sets them, and others would break it. */
const RESERVED_HEADERS = new Set([
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-request-id',
])
const MAX_HEADERS = 50
const MAX_EXTRA_BODY_CHARACTERS = 65_536
const MAX_EXTRA_BODY_DEPTH = 32
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// Visible ASCII, spaces and tabs: what an HTTP field value may hold without an injection.
export const HEADER_VALUE = /^[\t\x20-\x7e]*$/

/** Whether a value nests deeper than `limit`. It goes level by level, so that no depth overflows the stack. */
function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return false
}

function checkHeaders(headers: Record<string, string>, ctx: z.RefinementCtx): void {
  const names = Object.keys(headers)
  if (names.length > MAX_HEADERS) ctx.addIssue({ code: 'custom', message: `at most ${MAX_HEADERS} headers` })
  const seen = new Set<string>()
  for (const name of names) {
    const lower = name.toLowerCase()
    const issue = (message: string) => ctx.addIssue({ code: 'custom', path: [name], message })
    if (RESERVED_HEADERS.has(lower)) issue('is set by the agent')
    if (seen.has(lower)) issue('is given twice')
    seen.add(lower)
  }
}

function checkExtraBody(body: Record<string, unknown>, ctx: z.RefinementCtx): void {
  if (isDeeperThan(body, MAX_EXTRA_BODY_DEPTH)) {
    ctx.addIssue({ code: 'custom', message: `must nest at most ${MAX_EXTRA_BODY_DEPTH} levels deep` })
    return
  }
  if (JSON.stringify(body).length > MAX_EXTRA_BODY_CHARACTERS) {
    ctx.addIssue({ code: 'custom', message: 'must be at most 64 KiB of JSON' })
  }
  for (const field of RESERVED_BODY_FIELDS) {
    if (field in body) ctx.addIssue({ code: 'custom', path: [field], message: 'is set by the load engine' })
  }
}

/** Headers added to every request. */
export const ExtraHeaders = z
  .record(
    z.string().regex(HEADER_NAME, 'is not a header name'),
    z.string().max(8192).regex(HEADER_VALUE, 'must be printable ASCII'),
  )
  .superRefine(checkHeaders)

/** Fields added to every request body. */
export const ExtraBody = z.record(z.string(), z.unknown()).superRefine(checkExtraBody)
