import { createSignal, Show } from 'solid-js'
import { t } from '../i18n/index.ts'
import type { Range } from '../lib/chart/zoom.ts'
import { ChartTable } from './ChartTable.tsx'
import { Legend } from './Legend.tsx'
import { Plot, type PlotProps } from './Plot.tsx'

/** A line chart with one or two y axes, a legend that toggles, zoom, and its data as a table. */
export function XyChart(props: PlotProps) {
  const [zoom, setZoom] = createSignal<Range | null>(null)
  const [asTable, setAsTable] = createSignal(false)
  const [hidden, setHidden] = createSignal<ReadonlySet<number>>(new Set())

  // The last series stays: an empty chart says nothing.
  const toggle = (index: number): void => {
    const next = new Set(hidden())
    if (!next.delete(index)) next.add(index)
    if (next.size < props.series.length) setHidden(next)
  }

  return (
    <div class="chart">
      <div class="chart-bar">
        <Legend series={props.series} hidden={hidden()} onToggle={toggle} />
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
          <Plot {...props} hidden={hidden()} zoom={zoom()} onZoom={setZoom} />
        </Show>
      </Show>
    </div>
  )
}
