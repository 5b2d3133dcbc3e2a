import type { Comparison, RunConfig } from '@llm-loadtest/schema'

type Configured = { runId: string; config: RunConfig; agentId: string | null }
type Difference = Comparison['config_differences'][number]

/** What names a run and says nothing of how it was made. */
const LABELS = new Set(['name', 'tags'])

/** The fields of a configuration with their values, those of objects by a path; a list is one value. */
function fieldsOf(value: object, prefix = ''): [field: string, value: unknown][] {
  return Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    const field = `${prefix}${name}`
    if (inner === undefined || LABELS.has(field)) return []
    const isObject = typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    return isObject ? fieldsOf(inner, `${field}.`) : [[field, inner]]
  })
}

/** The fields that are not the same in all runs, by name, secrets masked; `agent_id` is that of the agent which ran it. */
export function configDifferences(runs: readonly Configured[]): Difference[] {
  const configured = runs.map(({ runId, config, agentId }) => {
    return { runId, fields: new Map(fieldsOf({ ...config, agent_id: agentId })) }
  })
  const names = new Set(configured.flatMap(({ fields }) => [...fields.keys()]))
  return [...names].sort().flatMap((field) => {
    const values = configured.map(({ runId, fields }) => [runId, fields.get(field) ?? null] as const)
    const different = new Set(values.map(([, value]) => JSON.stringify(value))).size > 1
    return different ? [{ field, values: Object.fromEntries(values) }] : []
  })
}
