import { Axis } from '@unovis/ts/components/axis'
import { Crosshair } from '@unovis/ts/components/crosshair'
import type { CrosshairConfigInterface } from '@unovis/ts/components/crosshair/config'
import { FreeBrush } from '@unovis/ts/components/free-brush'
import { Line } from '@unovis/ts/components/line'
import { Plotline } from '@unovis/ts/components/plotline'
import { Scatter } from '@unovis/ts/components/scatter'
import { Tooltip } from '@unovis/ts/components/tooltip'
import { XYContainer } from '@unovis/ts/containers/xy-container'
import { CurveType } from '@unovis/ts/types/curve'
import type { AxisScale } from '../lib/chart/axis-scale.ts'
import type { ChartRow } from '../lib/chart/downsample.ts'
import { isolatedRows } from '../lib/chart/isolated.ts'
import type { Range } from '../lib/chart/zoom.ts'
import type { Mark, Series } from './chart-types.ts'
import { MARGIN, withRoom, xTickCount, yScales } from './plot-layout.ts'

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

export type PlotOptions = {
  /** Whether every value has a dot; otherwise only one that no line reaches. */
  points: boolean
  /** Whether the right axis' room is kept without one, so that charts below each other line up. */
  aligned: boolean
  onZoom?: ((selection: Range) => void) | undefined
  /** Where the pointer stands, in the x axis' unit; undefined once it has left. */
  onPoint: (x: number | undefined) => void
}

// unovis takes undefined for "no value", which its type leaves out.
type Accessor = (row: ChartRow) => number

const xOf = (row: ChartRow): number => row.x

const scaledValue =
  (index: number, factor: number) =>
  (row: ChartRow): number | undefined => {
    const value = row.values[index]
    return value === null || value === undefined ? undefined : value * factor
  }

/** Draws rows into an element with unovis. The right axis is drawn by scaling its series to the left one's range. */
export class XyPlot {
  readonly #element: HTMLElement
  readonly #options: PlotOptions
  readonly #yAxis = new Axis<ChartRow>({ type: 'y' })
  readonly #xAxis = new Axis<ChartRow>({ type: 'x' })
  readonly #tooltip = new Tooltip({ verticalPlacement: 'center', horizontalShift: 14 })
  readonly #crosshair = new Crosshair<ChartRow>({})
  readonly #brush: FreeBrush<ChartRow> | null
  #lines: Line<ChartRow>[] = []
  #dots: Scatter<ChartRow>[] = []
  #plotlines: Plotline<ChartRow>[] = []
  #container: XYContainer<ChartRow> | null = null
  #dragging = false
  #pointing: CrosshairConfigInterface<ChartRow> = {}
  #pointedAt: number | undefined
  #waiting: PlotModel | null = null

  constructor(element: HTMLElement, options: PlotOptions) {
    this.#element = element
    this.#options = options
    this.#brush = options.onZoom ? this.#createBrush(options.onZoom) : null
  }

  #createBrush(onZoom: (selection: Range) => void): FreeBrush<ChartRow> {
    const brush = new FreeBrush<ChartRow>({
      autoHide: true,
      onBrushStart: (_, _event, byUser) => {
        this.#dragging = byUser
      },
      onBrushEnd: (selection, _event, byUser) => {
        if (!byUser) return
        this.#dragging = false
        brush.setConfig({ ...brush.config, selection: null })
        const [from, to] = selection ?? []
        if (typeof from === 'number' && typeof to === 'number') onZoom([from, to])
        if (this.#waiting) this.update(this.#waiting)
      },
    })
    return brush
  }

  /** Draws a model. Drawing would end a drag under way: the newest model then waits until it ends. */
  update(model: PlotModel): void {
    this.#waiting = this.#dragging ? model : null
    if (this.#waiting) return
    const scales = yScales(model.rows, model.series)
    const accessors = model.series.map(
      (series, i) => scaledValue(i, scales.left.max / scales[series.axis].max) as Accessor,
    )
    this.#syncLines(model, accessors)
    this.#syncDots(model, accessors)
    this.#syncMarks(model.marks, model.xDomain)
    this.#configureAxes(model, scales.left)
    this.#configureCrosshair(model, accessors)
    this.#draw(model, scales.left)
  }

  #configureCrosshair(model: PlotModel, accessors: Accessor[]): void {
    this.#pointing = {
      hideWhenFarFromPointerDistance: 80,
      x: xOf,
      y: accessors,
      color: model.series.map((series) => series.color),
      // Pointed at from another chart: the line and its dots, without a box over the charts around.
      template: (row: ChartRow) => (this.#pointedAt === undefined ? model.tooltip(row) : ''),
      onCrosshairMove: (x) => this.#options.onPoint(x === undefined ? undefined : Number(x)),
    }
    this.#showPointed()
  }

  #showPointed(): void {
    const at = this.#pointedAt
    this.#crosshair.setConfig(at === undefined ? this.#pointing : { ...this.#pointing, forceShowAt: at })
  }

  /** Shows the crosshair at an x that is pointed at elsewhere; undefined ends it. */
  pointAt(x: number | undefined): void {
    if (x === this.#pointedAt) return
    this.#pointedAt = x
    this.#showPointed()
    this.#crosshair.render(0)
  }

  #syncLines(model: PlotModel, accessors: readonly Accessor[]): void {
    this.#lines = accessors.map((y, i) => this.#lines[i] ?? new Line<ChartRow>({ x: xOf, y }))
    this.#lines.forEach((line, i) => {
      const series = model.series[i]
      const y = accessors[i]
      if (!series || !y) return
      line.setConfig({
        x: xOf,
        y,
        color: series.color,
        lineWidth: 1.75,
        curveType: CurveType.Linear,
        ...(series.dash && { lineDashArray: () => [...(series.dash ?? [])] }),
      })
    })
  }

  #syncDots(model: PlotModel, accessors: readonly Accessor[]): void {
    this.#dots = accessors.map((y, i) => this.#dots[i] ?? new Scatter<ChartRow>({ x: xOf, y }))
    this.#dots.forEach((dots, i) => {
      const series = model.series[i]
      const y = accessors[i]
      if (!series || !y) return
      const alone = isolatedRows(model.rows, i)
      const all = this.#options.points
      dots.setConfig({
        x: xOf,
        y: all ? y : (((row: ChartRow) => (alone.has(row) ? y(row) : undefined)) as Accessor),
        color: series.color,
        size: all ? 7 : 4,
        strokeColor: 'var(--surface)',
        strokeWidth: all ? 1.5 : 0,
      })
    })
  }

  #syncMarks(marks: readonly Mark[], domain: Range): void {
    const visible = marks.filter((mark) => mark.x >= domain[0] && mark.x <= domain[1])
    const labelled = withRoom(visible, domain, this.#element.clientWidth - MARGIN.left - MARGIN.right)
    this.#plotlines = visible.map((_, i) => this.#plotlines[i] ?? new Plotline<ChartRow>({ axis: 'x' }))
    this.#plotlines.forEach((line, i) => {
      const mark = visible[i]
      if (!mark) return
      // Its label stands above the plot, where no line crosses it: charts.css moves it there.
      line.clippable = false
      line.setConfig({
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

  #configureAxes(model: PlotModel, left: AxisScale): void {
    this.#yAxis.setConfig({
      type: 'y',
      tickLine: false,
      domainLine: false,
      tickValues: left.ticks,
      tickFormat: (tick) => model.formatTick(Number(tick)),
    })
    this.#xAxis.setConfig({
      type: 'x',
      gridLine: false,
      tickLine: false,
      ...(model.xTicks && { tickValues: [...model.xTicks] }),
      numTicks: xTickCount(this.#element.clientWidth),
      minMaxTicksOnlyWhenWidthIsLess: 0,
      tickFormat: (tick) => model.formatX(Number(tick)),
      tickTextHideOverlapping: true,
    })
  }

  #draw(model: PlotModel, left: AxisScale): void {
    const wide = this.#options.aligned || model.series.some((series) => series.axis === 'right')
    const { top, bottom } = MARGIN
    const config = {
      components: [...this.#plotlines, ...(this.#brush ? [this.#brush] : []), ...this.#lines, ...this.#dots],
      xAxis: this.#xAxis,
      yAxis: this.#yAxis,
      crosshair: this.#crosshair,
      tooltip: this.#tooltip,
      duration: 0,
      autoMargin: false,
      margin: { top, bottom, left: MARGIN.left, right: wide ? MARGIN.right : MARGIN.narrow },
      bleed: { top: 0, bottom: 0, left: 0, right: 0 },
      xDomain: [...model.xDomain] as [number, number],
      yDomain: [0, left.max] as [number, number],
    }
    if (this.#container) this.#container.update(config, undefined, [...model.rows])
    else this.#container = new XYContainer<ChartRow>(this.#element, config, [...model.rows])
  }

  destroy(): void {
    this.#container?.destroy()
  }
}
