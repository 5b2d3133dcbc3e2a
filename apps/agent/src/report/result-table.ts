import { type Cell, summaryTable, verdictTable } from '@llm-loadtest/report'
import type { LevelResult, RunResult } from '@llm-loadtest/schema'
import { reasonSentence } from '@llm-loadtest/schema/metrics'
import { align } from './align.ts'
import { gpuLines } from './gpu-text.ts'
import { levelName } from './level-name.ts'
import { formatNumber, NO_VALUE } from './number-format.ts'

/** Splits a header into what it measures and its unit, for two lines: narrow columns fit a terminal. */
function headerLines(header: readonly string[]): [string[], string[]] {
  const parts = header.map((text) => /^(.*?)(?: (\(.*\)))?$/.exec(text))
  return [parts.map((part) => part?.[1] ?? ''), parts.map((part) => part?.[2] ?? '')]
}

/** Head and values of the first column: bare numbers where all levels are of one kind, else each level in words. */
function loadColumn(levels: readonly LevelResult[]): [head: string, value: (level: LevelResult) => Cell] {
  if (levels.every((level) => level.concurrency !== null)) {
    return ['Concurrency', (level) => level.concurrency]
  }
  if (levels.every((level) => level.request_rate !== null)) {
    return ['Rate (req/s)', (level) => level.request_rate]
  }
  return ['Load', levelName]
}

/** A table of a result's levels, its first column the load of each. */
function tableText(
  levels: readonly LevelResult[],
  header: readonly string[],
  rows: readonly Cell[][],
): string {
  const [load, value] = loadColumn(levels)
  const [names, units] = headerLines([load, ...header])
  const body = levels.map((level, index) =>
    [value(level), ...(rows[index] ?? [])].map((cell) =>
      typeof cell === 'number' ? formatNumber(cell) : (cell ?? NO_VALUE),
    ),
  )
  return align([names, units, ...body])
}

function levelTable({ results }: RunResult): string {
  const { header, rows } = summaryTable({ results })
  return tableText(
    results,
    header.slice(1),
    rows.map((row) => row.slice(1)),
  )
}

function evidenceLines({ results }: RunResult): string[] {
  const { header, rows } = verdictTable({ results })
  return ['The load generator itself:', tableText(results, header, rows), '']
}

function errorLines(result: RunResult): string[] {
  return result.results.flatMap((level) =>
    Object.entries(level.errors).map(([outcome, count]) => `  ${levelName(level)}: ${count} × ${outcome}`),
  )
}

function validityLines(result: RunResult): string[] {
  const { verdict, reasons } = result.validity
  const levels = new Map(result.results.map((level) => [level.index, level]))
  return [
    `Measurement: ${verdict}`,
    ...reasons.map(({ level_index, reason }) => {
      const level = levels.get(level_index)
      return `  ${level ? levelName(level) : `level ${level_index}`}: ${reasonSentence(reason)}`
    }),
  ]
}

/**
 * A run's result as text for a terminal: the table, the GPUs, then errors and what is to be said of the measurement.
 * @param evidence whether the load generator's figures are shown although every level is valid
 */
export function resultText(result: RunResult, { evidence = false } = {}): string {
  const errors = errorLines(result)
  const doubtful = result.results.some(({ validity }) => validity.verdict !== 'valid')
  const measured = result.results.length > 0
  return [
    ...(measured ? [levelTable(result), ''] : []),
    ...gpuLines(result),
    ...(errors.length > 0 ? ['Failed requests:', ...errors, ''] : []),
    ...(measured && (evidence || doubtful) ? evidenceLines(result) : []),
    ...(measured ? validityLines(result) : []),
    ...(result.error ? [`Run failed (${result.error.code}): ${result.error.message}`] : []),
  ].join('\n')
}
