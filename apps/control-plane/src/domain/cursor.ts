const RADIX = 36
const CURSOR = /^p[0-9a-z]{1,11}$/

/** An opaque text for the place after a run in the history. */
export function encodeCursor(position: number): string {
  return `p${position.toString(RADIX)}`
}

/** What `encodeCursor` made, or null when the text is not one. */
export function decodeCursor(text: string): number | null {
  if (!CURSOR.test(text)) return null
  const position = Number.parseInt(text.slice(1), RADIX)
  return Number.isSafeInteger(position) ? position : null
}
