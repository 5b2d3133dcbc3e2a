import { Axis } from '@unovis/ts/components/axis'
import { Crosshair } from '@unovis/ts/components/crosshair'
import { FreeBrush } from '@unovis/ts/components/free-brush'
import { Line } from '@unovis/ts/components/line'
import { Plotline } from '@unovis/ts/components/plotline'
import { Scatter } from '@unovis/ts/components/scatter'
import { Tooltip } from '@unovis/ts/components/tooltip'
import { XYContainer } from '@unovis/ts/containers/xy-container'
import { CurveType } from '@unovis/ts/types/curve'
import { type AxisScale, axisScale, highestOf } from '../lib/chart/axis-scale.ts'
import type { ChartRow } from '../lib/chart/downsample.ts'
import type { Range } from '../lib/chart/zoom.ts'
import type { Mark, Series } from './chart-types.ts'

/** Room around the plot, px; the right side holds the second axis where there is one. */
export const MARGIN = { top: 22, bottom: 26, left: 52, narrow: 14, right: 52 }
const TICKS = 4
/** Width of a letter in a mark's label, px, about. */
const LETTER = 6.2

export type PlotModel = {
  rows: readonly ChartRow[]
  series: readonly Series[]
  xDomain: Range
  /** Where the x axis has its ticks; chosen by the axis when absent. */
  xTicks?: readonly number[] | undefined
  formatX: (x: number) => string
  formatTick: (y: number) => string
  marks: readonly Mark[]
  tooltip: (row: ChartRow) => HTMLElement
}

/** The two y scales of a set of rows: they share their grid lines. */
export function yScales(
  rows: readonly ChartRow[],
  series: readonly Series[],
): Record<'left' | 'right', AxisScale> {
  const highest = (axis: 'left' | 'right'): number | null =>
    highestOf(
      rows.flatMap((row) => series.map((each, i) => (each.axis === axis ? (row.values[i] ?? null) : null))),
    )
  return { left: axisScale(highest('left'), TICKS), right: axisScale(highest('right'), TICKS) }
}

/** The marks whose labels have room beside the one before; the others stay bare lines until one zooms in. */
export function withRoom(marks: readonly Mark[], domain: Range, width: number): Set<Mark> {
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

export type PlotOptions = { points: boolean; onZoom?: ((selection: Range) => void) | undefined }

/** Draws rows into an element with unovis. The right axis is drawn by scaling its series to the left one's range. */
export function createPlot(element: HTMLElement, options: PlotOptions) {
  const yAxis = new Axis<ChartRow>({ type: 'y', tickLine: false, domainLine: false })
  const xAxis = new Axis<ChartRow>({ type: 'x', gridLine: false, tickLine: false })
  const tooltip = new Tooltip({
    className: 'chart-tooltip',
    verticalPlacement: 'center',
    horizontalShift: 14,
  })
  const crosshair = new Crosshair<ChartRow>({ hideWhenFarFromPointerDistance: 80 })
  const lines: Line<ChartRow>[] = []
  const dots: Scatter<ChartRow>[] = []
  const plotlines: Plotline<ChartRow>[] = []
  let container: XYContainer<ChartRow> | null = null
  let dragging = false
  let pending: PlotModel | null = null

  const brush = options.onZoom && createBrush(options.onZoom)
  function createBrush(onZoom: (selection: Range) => void): FreeBrush<ChartRow> {
    return new FreeBrush<ChartRow>({
      autoHide: true,
      onBrushStart: (_, _event, byUser) => {
        dragging = byUser
      },
      onBrushEnd: (selection, _event, byUser) => {
        if (!byUser) return
        dragging = false
        brush?.setConfig({ ...brush.config, selection: null })
        const [from, to] = selection ?? []
        if (typeof from === 'number' && typeof to === 'number') onZoom([from, to])
        if (pending) update(pending)
      },
    })
  }

  function update(model: PlotModel): void {
    // Drawing anew would end a drag under way: the newest model is drawn when it ends.
    if (dragging) {
      pending = model
      return
    }
    pending = null
    const scales = yScales(model.rows, model.series)
    const x = (row: ChartRow): number => row.x
    const accessors = model.series.map((series, i) => {
      const factor = scales.left.max / scales[series.axis].max
      return (row: ChartRow): number | undefined => {
        const value = row.values[i]
        return value === null || value === undefined ? undefined : value * factor
      }
    })
    syncSeries(model, x, accessors)
    syncMarks(model.marks, model.xDomain)
    configureAxes(model, scales.left)
    crosshair.setConfig({
      ...crosshair.config,
      x,
      // unovis' type leaves out undefined, which it takes for "no value".
      y: accessors as ((row: ChartRow) => number)[],
      color: model.series.map((series) => series.color),
      template: model.tooltip,
    })
    draw(model, scales.left)
  }

  function syncSeries(
    model: PlotModel,
    x: (row: ChartRow) => number,
    accessors: ((row: ChartRow) => number | undefined)[],
  ): void {
    lines.length = Math.min(lines.length, model.series.length)
    dots.length = Math.min(dots.length, model.series.length)
    model.series.forEach((series, i) => {
      const y = accessors[i] as (row: ChartRow) => number
      lines[i] ??= new Line<ChartRow>({ x, y })
      lines[i]?.setConfig({
        x,
        y,
        color: series.color,
        lineWidth: 1.75,
        curveType: CurveType.Linear,
        ...(series.dash && { lineDashArray: () => [...(series.dash ?? [])] }),
      })
      if (!options.points) return
      dots[i] ??= new Scatter<ChartRow>({ x, y })
      dots[i]?.setConfig({
        x,
        y,
        color: series.color,
        size: 7,
        strokeColor: 'var(--surface)',
        strokeWidth: 1.5,
      })
    })
  }

  function syncMarks(marks: readonly Mark[], domain: Range): void {
    const visible = marks.filter((mark) => mark.x >= domain[0] && mark.x <= domain[1])
    const labelled = withRoom(visible, domain, element.clientWidth - MARGIN.left - MARGIN.right)
    plotlines.length = Math.min(plotlines.length, visible.length)
    visible.forEach((mark, i) => {
      plotlines[i] ??= new Plotline<ChartRow>({ axis: 'x' })
      plotlines[i]?.setConfig({
        axis: 'x',
        value: mark.x,
        color: 'var(--border-strong)',
        lineWidth: 1,
        lineStyle: [3, 3],
        labelText: labelled.has(mark) ? mark.label : '',
        labelOffsetX: 5,
        labelOffsetY: 0,
        labelColor: 'var(--text-3)',
        labelSize: 11,
      })
    })
  }

  function configureAxes(model: PlotModel, left: AxisScale): void {
    yAxis.setConfig({
      ...yAxis.config,
      tickValues: left.ticks,
      tickFormat: (tick) => model.formatTick(Number(tick)),
    })
    xAxis.setConfig({
      ...xAxis.config,
      ...(model.xTicks && { tickValues: [...model.xTicks] }),
      tickSpacing: 64,
      minMaxTicksOnlyWhenWidthIsLess: 0,
      tickFormat: (tick) => model.formatX(Number(tick)),
      tickTextHideOverlapping: true,
    })
  }

  function draw(model: PlotModel, left: AxisScale): void {
    const twoAxes = model.series.some((series) => series.axis === 'right')
    const config = {
      components: [...plotlines, ...(brush ? [brush] : []), ...lines, ...dots],
      xAxis,
      yAxis,
      crosshair,
      tooltip,
      duration: 0,
      autoMargin: false,
      margin: {
        top: MARGIN.top,
        bottom: MARGIN.bottom,
        left: MARGIN.left,
        right: twoAxes ? MARGIN.right : MARGIN.narrow,
      },
      bleed: { top: 0, bottom: 0, left: 0, right: 0 },
      xDomain: [...model.xDomain] as [number, number],
      yDomain: [0, left.max] as [number, number],
    }
    if (container) container.update(config, undefined, [...model.rows])
    else container = new XYContainer<ChartRow>(element, config, [...model.rows])
  }

  return { update, destroy: () => container?.destroy() }
}
