import { type AxisScale, axisScale, highestOf } from '../lib/chart/axis-scale.ts'
import type { ChartRow } from '../lib/chart/downsample.ts'
import type { Range } from '../lib/chart/zoom.ts'
import type { Mark, Series } from './chart-types.ts'

/** Room around the plot, px; the right side holds the second axis where there is one. */
export const MARGIN = { top: 22, bottom: 26, left: 52, narrow: 14, right: 52 }
const Y_TICKS = 4
const MOST_X_TICKS = 10
/** Width of an x tick with its label and some air, px. */
const ROOM_OF_X_TICK = 90
/** Width of a letter in a mark's label, px, about. */
const LETTER = 6.2

/** The two y scales of a set of rows: they share their grid lines. */
export function yScales(
  rows: readonly ChartRow[],
  series: readonly Series[],
): Record<'left' | 'right', AxisScale> {
  const highest = (axis: 'left' | 'right'): number | null =>
    highestOf(
      rows.flatMap((row) => series.map((each, i) => (each.axis === axis ? (row.values[i] ?? null) : null))),
    )
  return { left: axisScale(highest('left'), Y_TICKS), right: axisScale(highest('right'), Y_TICKS) }
}

/** How many x ticks have room. @param width of the chart, px */
export const xTickCount = (width: number): number =>
  Math.min(MOST_X_TICKS, Math.max(2, Math.floor(width / ROOM_OF_X_TICK)))

/**
 * The marks whose labels have room beside the one before; the others stay bare lines until one zooms in.
 * @param width of the plot, px
 */
export function withRoom(marks: readonly Mark[], domain: Range, width: number): ReadonlySet<Mark> {
  const labelled = new Set<Mark>()
  let free = Number.NEGATIVE_INFINITY
  for (const mark of marks) {
    const at = ((mark.x - domain[0]) / (domain[1] - domain[0])) * width
    const end = at + (mark.label.length + 2) * LETTER
    if (at < free || end > width) continue
    labelled.add(mark)
    free = end
  }
  return labelled
}
