export type Range = readonly [number, number]

/** Below this share of the whole a selection is a slip of the hand. */
const SMALLEST_SHARE = 0.005

/**
 * The range a drag asks for, within the whole; null when the drag was too short to mean anything or covers everything.
 */
export function zoomTo(selection: Range, whole: Range): Range | null {
  const from = Math.max(whole[0], Math.min(...selection))
  const to = Math.min(whole[1], Math.max(...selection))
  const length = whole[1] - whole[0]
  if (!(to - from > length * SMALLEST_SHARE)) return null
  return from <= whole[0] && to >= whole[1] ? null : [from, to]
}

/** Keeps the visible length and moves by a share of it, never past the whole. */
export function panBy(range: Range, share: number, whole: Range): Range {
  const length = range[1] - range[0]
  const from = Math.min(Math.max(range[0] + length * share, whole[0]), whole[1] - length)
  return [from, from + length]
}

/** Halves (factor 0.5) or doubles (factor 2) the visible length about its middle; null is the whole. */
export function scaleBy(range: Range, factor: number, whole: Range): Range | null {
  const middle = (range[0] + range[1]) / 2
  const half = ((range[1] - range[0]) / 2) * factor
  const wanted: Range = [middle - half, middle + half]
  if (wanted[1] - wanted[0] >= whole[1] - whole[0]) return null
  return zoomTo(panBy(wanted, 0, whole), whole) ?? range
}

/** The rows to draw for a range, with one more on each side so that lines run to the edges. */
export function rowsWithin<Row extends { x: number }>(
  rows: readonly Row[],
  range: Range | null,
): readonly Row[] {
  if (!range) return rows
  const first = rows.findIndex((row) => row.x >= range[0])
  const beyond = rows.findIndex((row) => row.x > range[1])
  return rows.slice(Math.max(0, first - 1), beyond < 0 ? rows.length : beyond + 1)
}
