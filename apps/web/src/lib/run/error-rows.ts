import type { LevelResult } from '@llm-loadtest/schema'

export type ErrorRow = { outcome: string; counts: number[]; total: number }

/** One row a class of failure, the most frequent first; a level without the class counts 0, for it was observed. */
export function errorRows(levels: readonly Pick<LevelResult, 'errors'>[]): ErrorRow[] {
  const outcomes = new Set(levels.flatMap((level) => Object.keys(level.errors)))
  return [...outcomes]
    .map((outcome) => {
      const counts = levels.map((level) => level.errors[outcome] ?? 0)
      return { outcome, counts, total: counts.reduce((sum, count) => sum + count, 0) }
    })
    .sort((a, b) => b.total - a.total || a.outcome.localeCompare(b.outcome))
}
