import type { LoadChoice } from '@llm-loadtest/schema'
import { loadLevels } from '@llm-loadtest/schema'
import { f, t } from '../../i18n/index.ts'

/** A level's load as results and progress carry it; a replay has neither number. */
type Load = { concurrency: number | null; request_rate: number | null }

/** A load level in words: `Concurrency 16`, `2.5 req/s` or `Trace replay`. */
export function loadLabel(load: Load): string {
  if (load.concurrency !== null) return t().load.concurrency(f().integer(load.concurrency))
  return load.request_rate === null ? t().load.replay : t().load.rate(f().plain(load.request_rate))
}

/** Every load level a configuration asks for, in order. */
export const loadsOf = (config: LoadChoice): Load[] =>
  loadLevels(config).map((level) => ({
    concurrency: level.kind === 'concurrency' ? level.concurrency : null,
    request_rate: level.kind === 'request_rate' ? level.requestRate : null,
  }))

/** How levels side by side are named: the bare numbers under a head of their own where all are of one kind, else each in words. */
export type LoadScale = { column: string; axis: string; value: (load: Load) => string }

export function loadScale(levels: readonly Load[]): LoadScale {
  const names = t().load
  if (levels.every((level) => level.concurrency !== null)) {
    const value = (level: Load) => f().plain(level.concurrency)
    return { column: names.concurrencyColumn, axis: names.concurrencyAxis, value }
  }
  if (levels.every((level) => level.request_rate !== null)) {
    return { column: names.rateColumn, axis: names.rateAxis, value: (level) => f().plain(level.request_rate) }
  }
  return { column: names.level, axis: names.level, value: loadLabel }
}
