import { RunStatus } from '@llm-loadtest/schema'
import type { HistoryFilters } from './api.ts'

type Search = Record<string, string | string[] | undefined>

const textOf = (value: string | string[] | undefined): string | undefined =>
  (Array.isArray(value) ? value[0] : value)?.trim() || undefined

/** The history's filters as the address has them; what is not a filter is left out. */
export function filtersOf(search: Search): HistoryFilters {
  const status = RunStatus.safeParse(textOf(search['status']))
  const model = textOf(search['model'])
  const text = textOf(search['text'])
  return {
    ...(status.success && { status: status.data }),
    ...(model !== undefined && { model }),
    ...(text !== undefined && { text }),
  }
}
