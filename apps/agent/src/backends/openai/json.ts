/** Whether a parsed JSON value is an object or an array, so that its members may be looked at. */
function hasMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** A member of a parsed JSON value; undefined when there is none. Cheap: it runs for every event of every stream. */
export function member(value: unknown, key: string): unknown {
  return hasMembers(value) ? value[key] : undefined
}

/** A string that is not empty, or null. */
export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** Most tokens a request can have: what a server counts beyond it is no count, but a defect of the server. */
export const MAX_TOKENS = 1e8

/** A count of tokens, or null. */
export function count(value: unknown): number | null {
  if (typeof value !== 'number' || !Number.isInteger(value)) return null
  return value >= 0 && value <= MAX_TOKENS ? value : null
}

/** An array's items; none for anything else. */
export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
