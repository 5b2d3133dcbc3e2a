/** What this module reads of a zod issue; zod's own type is a union over these. */
export type Issue = {
  code?: string | undefined
  path: PropertyKey[]
  message: string
  minimum?: number | bigint | undefined
  maximum?: number | bigint | undefined
  inclusive?: boolean | undefined
  origin?: string | undefined
  expected?: string | undefined
  errors?: Issue[][] | undefined
}

/** A field's fault: a kind that the dictionary words, or the message as the schema or the server gave it. */
export type Fault =
  | { kind: 'required' | 'number' | 'whole' | 'positive' | 'object' }
  | { kind: 'at_least' | 'at_most'; limit: number }
  | { kind: 'too_long'; limit: number }
  | { kind: 'message'; message: string }

/** Faults by the form's field, the first of each. */
export type FieldErrors = Record<string, Fault>

/** The form's control for a path of the definition: list items belong to the list's one text field. */
const FIELD_OF_PATH: Record<string, string> = {
  'request_rate.rates': 'rates',
  'request_rate.arrival': 'arrival',
  'request_rate.burstiness': 'burstiness',
  request_rate: 'rates',
  'goodput_thresholds.ttft_ms': 'ttft_ms',
  'goodput_thresholds.tpot_ms': 'tpot_ms',
  'goodput_thresholds.e2e_ms': 'e2e_ms',
  goodput_thresholds: 'ttft_ms',
  'input_len.mean': 'input_len',
  'output_len.mean': 'output_len',
}

/** @param path dotted, as in `goodput_thresholds.ttft_ms` or `concurrency[0]` */
export function fieldOfPath(path: string): string {
  const plain = path.replace(/\[\d+\].*$/, '')
  const mapped = FIELD_OF_PATH[plain]
  if (mapped) return mapped
  return plain.startsWith('extra_body') ? 'extra_body' : plain
}

const dotted = (path: PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  )

function sizeFault(issue: Issue): Fault {
  const small = issue.code === 'too_small'
  const limit = Number(small ? issue.minimum : issue.maximum)
  if (issue.origin === 'string' || issue.origin === 'array') {
    return small ? { kind: 'required' } : { kind: 'too_long', limit }
  }
  if (small) return issue.inclusive === false ? { kind: 'positive' } : { kind: 'at_least', limit }
  return { kind: 'at_most', limit }
}

function faultOf(issue: Issue): Fault {
  if (issue.code === 'too_small' || issue.code === 'too_big') return sizeFault(issue)
  if (issue.code === 'invalid_type') {
    if (issue.expected === 'int') return { kind: 'whole' }
    if (issue.expected === 'number') return { kind: 'number' }
    if (issue.expected === 'record' || issue.expected === 'object') return { kind: 'object' }
  }
  return { kind: 'message', message: issue.message }
}

/** Of a union's branches, the one the value was meant for: the branch that looked deepest, else the first. */
function flatten(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || !issue.errors?.length) return [issue]
  const depth = (branch: Issue[]): number => Math.max(0, ...branch.map((each) => each.path.length))
  const branch = issue.errors.reduce((best, next) => (depth(next) > depth(best) ? next : best))
  return branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
}

export function fieldErrors(issues: readonly Issue[]): FieldErrors {
  const errors: FieldErrors = {}
  for (const issue of issues.flatMap(flatten)) {
    const field = fieldOfPath(dotted(issue.path))
    errors[field] ??= faultOf(issue)
  }
  return errors
}

/** The faults the server found, from the `details` of its 422. */
export function serverFieldErrors(details: readonly { path: string; message: string }[]): FieldErrors {
  const errors: FieldErrors = {}
  for (const { path, message } of details) errors[fieldOfPath(path)] ??= { kind: 'message', message }
  return errors
}
