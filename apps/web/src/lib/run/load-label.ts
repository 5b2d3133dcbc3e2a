import type { LevelResult, RunConfig } from '@llm-loadtest/schema'
import { loadLevels } from '@llm-loadtest/schema'
import { f, t } from '../../i18n/index.ts'

type Load = { concurrency: number | null; request_rate: number | null }

/** A load level in words: `Concurrency 16` or `2.5 req/s`. */
export const loadLabel = (load: Load): string =>
  load.request_rate === null
    ? t().load.concurrency(f().integer(load.concurrency))
    : t().load.rate(f().plain(load.request_rate))

/** A load level as its bare number. */
export const loadValue = (load: Load): number => load.request_rate ?? load.concurrency ?? 0

/** Every load level a configuration asks for, in order. */
export const loadsOf = (config: Pick<RunConfig, 'concurrency' | 'request_rate'>): Load[] =>
  loadLevels(config).map((level) =>
    level.kind === 'concurrency'
      ? { concurrency: level.concurrency, request_rate: null }
      : { concurrency: null, request_rate: level.requestRate },
  )

/** Whether the levels are arrival rates rather than numbers of requests in flight. */
export const isOpenLoop = (levels: readonly LevelResult[]): boolean =>
  levels.some((level) => level.request_rate !== null)
