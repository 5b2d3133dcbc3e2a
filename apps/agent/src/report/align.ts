const NONE: ReadonlySet<number> = new Set()

/**
 * Rows as columns of a terminal, each as wide as its widest cell.
 * @param left positions of the columns that are aligned to the left; all others are to the right
 */
export function align(rows: readonly (readonly string[])[], left: ReadonlySet<number> = NONE): string {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length)
    })
  }
  const placed = (cell: string, i: number, row: readonly string[]): string => {
    if (!left.has(i)) return cell.padStart(widths[i] ?? 0)
    return i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)
  }
  return rows.map((row) => row.map(placed).join('  ')).join('\n')
}
