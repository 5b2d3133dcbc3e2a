import { createEffect, createMemo, Index, onCleanup, onMount, Show } from 'solid-js'
import { f, t } from '../i18n/index.ts'
import { type ChartRow, downsample } from '../lib/chart/downsample.ts'
import { type Range, rowsWithin, zoomTo } from '../lib/chart/zoom.ts'
import type { ChartLink } from './chart-link.ts'
import { tooltipContent } from './chart-tooltip.ts'
import type { ChartProps } from './chart-types.ts'
import { MARGIN, yScales } from './plot-layout.ts'
import { summarize } from './summarize.ts'
import { XyPlot } from './xy-plot.ts'
import { zoomByKey } from './zoom-keys.ts'

/** Two pixels a bucket on a wide screen: more could not be told apart. */
const BUCKETS = 500

export type PlotProps = ChartProps & {
  zoomable: boolean
  points: boolean
  xDomain: Range
  xTicks?: readonly number[]
}

type ViewProps = PlotProps & {
  hidden: ReadonlySet<number>
  link: ChartLink
  /** Whether room is left for a right axis that this chart may not have. */
  aligned: boolean
}

const project = (row: ChartRow, indexes: readonly number[]): ChartRow => ({
  x: row.x,
  values: indexes.map((i) => row.values[i] ?? null),
})

/** What of a chart is visible, ready to draw. */
function createView(props: ViewProps) {
  const shown = createMemo(() => props.series.map((_, i) => i).filter((i) => !props.hidden.has(i)))
  const series = createMemo(() => shown().flatMap((i) => props.series[i] ?? []))
  const rows = createMemo(() =>
    downsample(rowsWithin(props.rows, props.link.zoom()), BUCKETS).map((row) => project(row, shown())),
  )
  const rightTicks = createMemo(() => {
    if (!series().some((each) => each.axis === 'right')) return []
    return yScales(rows(), series()).right.ticks.map(f().plain)
  })
  return { series, rows, rightTicks }
}

/** Draws the view into an element, again whenever it changes. */
function drawInto(host: HTMLElement, props: ViewProps, view: ReturnType<typeof createView>): void {
  const { link } = props
  const plot: XyPlot = new XyPlot(host, {
    points: props.points,
    aligned: props.aligned,
    onZoom: props.zoomable
      ? (selection) => link.setZoom(zoomTo(selection, props.xDomain) ?? link.zoom())
      : undefined,
    onPoint: (x) => link.point(x === undefined ? null : { x, by: plot }),
  })
  createEffect(() => {
    plot.update({
      rows: view.rows(),
      series: view.series(),
      xDomain: link.zoom() ?? props.xDomain,
      xTicks: props.xTicks,
      formatX: props.formatX,
      formatTick: f().plain,
      marks: props.marks ?? [],
      tooltip: (row) => tooltipContent(`${props.xLabel}: ${props.formatX(row.x)}`, row, view.series()),
    })
  })
  createEffect(() => {
    const at = link.pointed()
    plot.pointAt(at && at.by !== plot ? at.x : undefined)
  })
  onCleanup(() => {
    if (link.pointed()?.by === plot) link.point(null)
    plot.destroy()
  })
}

/** The picture itself: what is shown of the rows, its axis titles, and zooming by pointer and keys. */
export function Plot(props: ViewProps) {
  let host: HTMLDivElement | undefined
  const view = createView(props)

  onMount(() => {
    if (host) drawInto(host, props, view)
  })

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!props.zoomable || event.ctrlKey || event.metaKey || event.altKey) return
    const next = zoomByKey(event.key, props.link.zoom(), props.xDomain)
    if (next === undefined) return
    event.preventDefault()
    props.link.setZoom(next)
  }

  return (
    <div class="plot-box">
      <Show when={props.leftLabel ?? props.rightLabel}>
        <div class="axis-titles" aria-hidden="true">
          <span>{props.leftLabel}</span>
          <span>{props.rightLabel}</span>
        </div>
      </Show>
      <div
        class="plot"
        role="img"
        aria-label={summarize(props)}
        tabindex={props.zoomable ? 0 : undefined}
        onKeyDown={onKeyDown}
        onDblClick={() => props.link.setZoom(null)}
      >
        <div class="plot-host" ref={host} />
        <div class="axis-right" style={{ top: `${MARGIN.top}px`, bottom: `${MARGIN.bottom}px` }}>
          <Index each={view.rightTicks()}>
            {(tick, i) => (
              <span style={{ bottom: `${(i / (view.rightTicks().length - 1)) * 100}%` }}>{tick()}</span>
            )}
          </Index>
        </div>
      </div>
      <div class="axis-x-title" classList={{ hinted: props.zoomable }}>
        <span class="x-label" aria-hidden="true">
          {props.xLabel}
        </span>
        <Show when={props.zoomable}>
          <span class="zoom-hint">{t().chart.zoomHint}</span>
        </Show>
      </div>
    </div>
  )
}
