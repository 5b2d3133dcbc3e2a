import type { GpuInfo } from '@llm-loadtest/schema'
import { gpuNames } from '@llm-loadtest/schema/metrics'
import { createMemo, For } from 'solid-js'
import { createChartLink, createSeriesToggle, type SeriesToggle } from '../../charts/chart-link.ts'
import type { ChartProps, Mark } from '../../charts/chart-types.ts'
import { f, t } from '../../i18n/index.ts'
import type { ChartRow } from '../../lib/chart/downsample.ts'
import { reported } from '../../lib/run/gpu-reported.ts'
import { gpuRows } from '../../lib/run/gpu-rows.ts'
import { GPU_AXES, type GpuAxis, type GpuTick } from '../../lib/run/gpu-ticks.ts'
import { TimeChart } from '../result/TimeChart.tsx'
import { LineChart } from '../ui/LazyChart.tsx'
import { Panel } from '../ui/Panel.tsx'
import { axisUnit, deviceSeries } from './device-series.ts'

type GpuChartsProps = {
  devices: readonly GpuInfo[]
  ticks: readonly GpuTick[]
  /** Throughput and TTFT over the same time. */
  loadRows: readonly ChartRow[]
  /** Where each load level begins. */
  marks: readonly Mark[]
}

type Shared = Required<Pick<ChartProps, 'xDomain' | 'link'>>

/** Throughput and TTFT, and below them each reading of the GPUs: one time axis, one zoom, one pointer. */
export function GpuCharts(props: GpuChartsProps) {
  const link = createChartLink()
  const toggle = createSeriesToggle()
  const end = createMemo(() =>
    Math.max(1, props.loadRows.at(-1)?.x ?? 0, (props.ticks.at(-1)?.at_ms ?? 0) / 1000),
  )
  const shared = createMemo((): Shared => ({ xDomain: [0, end()], link }))
  return (
    <Panel title={t().gpu.overTime}>
      <div class="chart-column">
        <TimeChart
          title={t().gpu.loadChart}
          rows={props.loadRows}
          marks={props.marks}
          titled={true}
          {...shared()}
        />
        <For each={GPU_AXES}>
          {(axis) => <AxisChart {...props} {...shared()} axis={axis} toggle={toggle} />}
        </For>
      </div>
    </Panel>
  )
}

function AxisChart(props: GpuChartsProps & Shared & { axis: GpuAxis; toggle: SeriesToggle }) {
  const rows = createMemo(() => gpuRows(props.ticks, props.devices, props.axis))
  const series = createMemo(() => deviceSeries(props.devices, props.axis, t(), f()))
  const title = () => `${t().gpu.axes[props.axis]} (${axisUnit(props.axis, t())})`
  const state = createMemo(() => reported(props.ticks, props.devices, props.axis))
  const silent = () => t().gpu.notReported(t().gpu.axes[props.axis], gpuNames(state().without))
  const empty = () => {
    if (state().any || props.ticks.length === 0) return undefined
    return state().without.length > 0
      ? { title: silent(), body: t().gpu.notReportedBody }
      : { title: t().gpu.noReadings, body: t().gpu.noReadingsBody }
  }
  return (
    <LineChart
      title={title()}
      titled={true}
      rows={rows()}
      series={series()}
      empty={empty()}
      note={state().any && state().without.length > 0 ? silent() : undefined}
      marks={props.marks}
      xLabel={t().chart.time}
      formatX={(x) => f().plain(Math.round(x * 10) / 10)}
      xDomain={props.xDomain}
      link={props.link}
      toggle={props.toggle}
    />
  )
}
