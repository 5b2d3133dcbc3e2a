import { createEffect, createMemo, createSignal, For, Index, onCleanup, onMount, Show } from 'solid-js'
import { f, t } from '../i18n/index.ts'
import { type ChartRow, downsample } from '../lib/chart/downsample.ts'
import { panBy, type Range, rowsWithin, scaleBy, zoomTo } from '../lib/chart/zoom.ts'
import { ChartTable } from './ChartTable.tsx'
import { tooltipContent } from './chart-tooltip.ts'
import type { ChartProps, Series } from './chart-types.ts'
import { summarize } from './summarize.ts'
import { createPlot, MARGIN, yScales } from './xy-plot.ts'

/** Two pixels a bucket on a wide screen: more could not be told apart. */
const BUCKETS = 500

type XyChartProps = ChartProps & {
  zoomable: boolean
  points: boolean
  /** The x axis' ends; from the rows when absent. */
  xDomain?: Range
  xTicks?: readonly number[]
}

const project = (row: ChartRow, indexes: readonly number[]): ChartRow => ({
  x: row.x,
  values: indexes.map((i) => row.values[i] ?? null),
})

/** A line chart with one or two y axes, a legend that toggles, zoom, and its data as a table. */
export function XyChart(props: XyChartProps) {
  const [zoom, setZoom] = createSignal<Range | null>(null)
  const [asTable, setAsTable] = createSignal(false)
  const [hidden, setHidden] = createSignal<ReadonlySet<number>>(new Set())

  const whole = createMemo<Range>(() => {
    if (props.xDomain) return props.xDomain
    const first = props.rows[0]?.x ?? 0
    const last = props.rows.at(-1)?.x ?? 1
    return [first, last > first ? last : first + 1]
  })
  const shown = createMemo(() => props.series.map((_, i) => i).filter((i) => !hidden().has(i)))
  const series = createMemo(() => shown().flatMap((i) => props.series[i] ?? []))
  const rows = createMemo(() =>
    downsample(rowsWithin(props.rows, zoom()), BUCKETS).map((row) => project(row, shown())),
  )
  const rightTicks = createMemo(() => {
    if (!series().some((each) => each.axis === 'right')) return []
    return yScales(rows(), series()).right.ticks.map(f().plain)
  })

  const toggle = (index: number): void => {
    const next = new Set(hidden())
    if (!next.delete(index)) next.add(index)
    if (next.size < props.series.length) setHidden(next)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!props.zoomable || event.ctrlKey || event.metaKey || event.altKey) return
    const range = zoom() ?? whole()
    const next: Record<string, () => Range | null> = {
      '+': () => scaleBy(range, 0.5, whole()),
      '=': () => scaleBy(range, 0.5, whole()),
      '-': () => scaleBy(range, 2, whole()),
      '0': () => null,
      ArrowLeft: () => zoom() && panBy(range, -0.2, whole()),
      ArrowRight: () => zoom() && panBy(range, 0.2, whole()),
    }
    const change = next[event.key]
    if (!change) return
    event.preventDefault()
    setZoom(change())
  }

  const Plot = () => {
    let host: HTMLDivElement | undefined
    onMount(() => {
      if (!host) return
      const plot = createPlot(host, {
        points: props.points,
        onZoom: props.zoomable ? (selection) => setZoom(zoomTo(selection, whole()) ?? zoom()) : undefined,
      })
      createEffect(() => {
        plot.update({
          rows: rows(),
          series: series(),
          xDomain: zoom() ?? whole(),
          xTicks: props.xTicks,
          formatX: props.formatX,
          formatTick: f().plain,
          marks: props.marks ?? [],
          tooltip: (row) => tooltipContent(`${props.xLabel}: ${props.formatX(row.x)}`, row, series()),
        })
      })
      onCleanup(() => plot.destroy())
    })
    return (
      <div class="plot-box">
        <div class="axis-titles" aria-hidden="true">
          <span>{props.leftLabel}</span>
          <span>{props.rightLabel}</span>
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard zooms the picture. */}
        <div
          class="plot"
          role="img"
          aria-label={summarize(props)}
          tabindex={props.zoomable ? 0 : undefined}
          onKeyDown={onKeyDown}
          onDblClick={() => setZoom(null)}
        >
          <div class="plot-host" ref={host} />
          <div
            class="axis-right"
            aria-hidden="true"
            style={{ top: `${MARGIN.top}px`, bottom: `${MARGIN.bottom}px` }}
          >
            <Index each={rightTicks()}>
              {(tick, i) => (
                <span style={{ bottom: `${(i / (rightTicks().length - 1)) * 100}%` }}>{tick()}</span>
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

  return (
    <div class="chart">
      <div class="chart-bar">
        <ul class="legend">
          <For each={props.series}>
            {(each, i) => (
              <li>
                <button
                  type="button"
                  class="legend-item"
                  aria-pressed={!hidden().has(i())}
                  onClick={() => toggle(i())}
                >
                  <Swatch series={each} />
                  {each.name} <span class="muted">({each.unit})</span>
                </button>
              </li>
            )}
          </For>
        </ul>
        <span class="chart-actions">
          <Show when={zoom() && !asTable()}>
            <button type="button" class="button small" onClick={() => setZoom(null)}>
              {t().chart.resetZoom}
            </button>
          </Show>
          <button type="button" class="button small quiet" onClick={() => setAsTable(!asTable())}>
            {asTable() ? t().chart.showChart : t().chart.showTable}
          </button>
        </span>
      </div>
      <Show when={props.rows.length > 0} fallback={<p class="chart-empty">{t().chart.noData}</p>}>
        <Show when={!asTable()} fallback={<ChartTable {...props} />}>
          <Plot />
        </Show>
      </Show>
    </div>
  )
}

const Swatch = (props: { series: Series }) => (
  <svg class="swatch" width="18" height="8" aria-hidden="true">
    <line
      x1="0"
      y1="4"
      x2="18"
      y2="4"
      stroke-width="2.5"
      style={{ stroke: props.series.color }}
      stroke-dasharray={props.series.dash?.join(' ')}
    />
  </svg>
)
