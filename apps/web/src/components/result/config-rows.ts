import type { RunConfig } from '@llm-loadtest/schema'

/**
 * A configuration as field and value, named as in the API so that it can be looked up there and sent again; nested
 * fields carry their path. Secrets come masked from the control plane.
 */
export function configRows(config: RunConfig): [field: string, value: string][] {
  return Object.entries(config).flatMap(([field, value]) => rowsOf(field, value))
}

function rowsOf(field: string, value: unknown): [string, string][] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return [[field, value.map(String).join(', ')]]
  if (typeof value !== 'object') return [[field, String(value)]]
  if (field === 'extra_body') return [[field, JSON.stringify(value)]]
  return Object.entries(value).flatMap(([key, inner]) => rowsOf(`${field}.${key}`, inner))
}
