import { summaryTable } from '@llm-loadtest/report'
import type { LevelResult, RunResult } from '@llm-loadtest/schema'
import { formatNumber, NO_VALUE } from './number-format.ts'

/** Aligned columns, text to the left and numbers to the right. */
function align(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length)
    })
  }
  return rows.map((row) => row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('  ')).join('\n')
}

const levelName = (level: LevelResult): string =>
  level.concurrency === null
    ? `rate ${formatNumber(level.request_rate)}/s`
    : `concurrency ${level.concurrency}`

/** Splits a header into what it measures and its unit, for two lines: narrow columns fit a terminal. */
function headerLines(header: readonly string[]): [string[], string[]] {
  const parts = header.map((text) => /^(.*?)(?: (\(.*\)))?$/.exec(text))
  return [parts.map((part) => part?.[1] ?? ''), parts.map((part) => part?.[2] ?? '')]
}

function levelTable(result: RunResult): string {
  const { header, rows } = summaryTable(result)
  const openLoop = result.results.some((level) => level.concurrency === null)
  const [names, units] = headerLines(openLoop ? ['Rate (req/s)', ...header.slice(1)] : header)
  const body = rows.map((row, index) => {
    const load = openLoop ? (result.results[index]?.request_rate ?? null) : row[0]
    return [load, ...row.slice(1)].map((cell) =>
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
      return `  ${level ? levelName(level) : `level ${level_index}`}: ${reason}`
    }),
  ]
}

/** A run's result as text for a terminal: the table, then errors and what is to be said of the measurement. */
export function resultText(result: RunResult): string {
  const errors = errorLines(result)
  return [
    ...(result.results.length > 0 ? [levelTable(result), ''] : []),
    ...(errors.length > 0 ? ['Failed requests:', ...errors, ''] : []),
    ...(result.results.length > 0 ? validityLines(result) : []),
    ...(result.error ? [`Run failed (${result.error.code}): ${result.error.message}`] : []),
  ].join('\n')
}
