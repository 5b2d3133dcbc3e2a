import { createSignal, Show } from 'solid-js'
import { t } from '../i18n/index.ts'
import { ChartTable } from './ChartTable.tsx'
import { createChartLink, createSeriesToggle } from './chart-link.ts'
import { Legend } from './Legend.tsx'
import { Plot, type PlotProps } from './Plot.tsx'

/** A line chart with one or two y axes, a legend that toggles, zoom, and its data as a table. */
export function XyChart(props: PlotProps) {
  const [asTable, setAsTable] = createSignal(false)
  const ownLink = createChartLink()
  const ownToggle = createSeriesToggle()
  const link = () => props.link ?? ownLink
  const toggle = () => props.toggle ?? ownToggle

  return (
    <div class="chart">
      <div class="chart-bar">
        <Show when={props.titled}>
          <h3>{props.title}</h3>
        </Show>
        <Legend
          series={props.series}
          units={props.leftLabel !== undefined}
          hidden={toggle().hidden()}
          onToggle={(index) => toggle().flip(index, props.series.length)}
        />
        <span class="chart-actions">
          <Show when={link().zoom() && !asTable()}>
            <button type="button" class="button small" onClick={() => link().setZoom(null)}>
              {t().chart.resetZoom}
            </button>
          </Show>
          <Show when={!props.empty}>
            <button type="button" class="button small quiet" onClick={() => setAsTable(!asTable())}>
              {asTable() ? t().chart.showChart : t().chart.showTable}
            </button>
          </Show>
        </span>
      </div>
      <Show when={props.note}>
        <p class="chart-note">{props.note}</p>
      </Show>
      <Show when={props.rows.length > 0 && !props.empty} fallback={<EmptyChart empty={props.empty} />}>
        <Show when={!asTable()} fallback={<ChartTable {...props} />}>
          <Plot {...props} hidden={toggle().hidden()} link={link()} aligned={props.link !== undefined} />
        </Show>
      </Show>
    </div>
  )
}

const EmptyChart = (props: Pick<PlotProps, 'empty'>) => (
  <div class="chart-empty">
    <Show when={props.empty} fallback={<p>{t().chart.noData}</p>}>
      {(empty) => (
        <div class="chart-silent">
          <p class="chart-silent-title">{empty().title}</p>
          <p>{empty().body}</p>
        </div>
      )}
    </Show>
  </div>
)
