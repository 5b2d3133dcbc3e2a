import { type Cell, summaryTable } from '@llm-loadtest/report'
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

function levelTable(result: RunResult): string {
  const { header, rows } = summaryTable(result)
  const [load, value] = loadColumn(result.results)
  const [names, units] = headerLines([load, ...header.slice(1)])
  const body = rows.map((row, index) => {
    const level = result.results[index]
    return [level ? value(level) : null, ...row.slice(1)].map((cell) =>
      typeof cell === 'number' ? formatNumber(cell) : (cell ?? NO_VALUE),
    )
  })
  return align([names, units, ...body])
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

/** A run's result as text for a terminal: the table, the GPUs, then errors and what is to be said of the measurement. */
export function resultText(result: RunResult): string {
  const errors = errorLines(result)
  return [
    ...(result.results.length > 0 ? [levelTable(result), ''] : []),
    ...gpuLines(result),
    ...(errors.length > 0 ? ['Failed requests:', ...errors, ''] : []),
    ...(result.results.length > 0 ? validityLines(result) : []),
    ...(result.error ? [`Run failed (${result.error.code}): ${result.error.message}`] : []),
  ].join('\n')
}
