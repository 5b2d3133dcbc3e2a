import type { Table } from '@llm-loadtest/report'

const text = (cell: string | number | null): string =>
  cell === null ? '–' : typeof cell === 'number' && !Number.isInteger(cell) ? cell.toFixed(2) : String(cell)

/** A table in columns for a terminal, right-aligned, “–” for a value that could not be had. */
export function textTable({ header, rows }: Table): string {
  const lines = [header, ...rows.map((row) => row.map(text))]
  const widths = header.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)))
  const rule = widths.map((width) => '─'.repeat(width))
  const [head = [], ...body] = lines
  return [head, rule, ...body]
    .map((line) => `  ${line.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')}`)
    .join('\n')
}
