import type { Cell } from './summary.ts'

/**
 * Keeps a spreadsheet from running a text cell as a formula: text that begins with = + - @, a tab or a CR gets a
 * leading apostrophe. Source: OWASP, CSV Injection.
 */
export function neutralise(cell: Cell): Cell {
  return typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
}
