import { createMemo } from 'solid-js'
import type { ChartProps } from '../../charts/chart-types.ts'
import { f, t } from '../../i18n/index.ts'
import { LineChart } from '../ui/LazyChart.tsx'

/** Throughput on the left axis, TTFT p50 and p99 on the right one, over time. */
export function TimeChart(
  props: Pick<ChartProps, 'title' | 'rows' | 'marks' | 'xDomain' | 'link' | 'titled'>,
) {
  const series = createMemo(() => [
    {
      name: t().metrics.throughput,
      unit: t().units.tokensPerSec,
      color: 'var(--series-1)',
      axis: 'left' as const,
      format: f().number,
    },
    {
      name: `${t().metrics.ttft} p50`,
      unit: t().units.ms,
      color: 'var(--series-2)',
      axis: 'right' as const,
      format: f().number,
    },
    {
      name: `${t().metrics.ttft} p99`,
      unit: t().units.ms,
      color: 'var(--series-3)',
      axis: 'right' as const,
      dash: [5, 3],
      format: f().number,
    },
  ])
  return (
    <LineChart
      {...props}
      series={series()}
      xLabel={t().chart.time}
      formatX={(x) => f().plain(Math.round(x * 10) / 10)}
      leftLabel={`${t().metrics.throughput} (${t().units.tokensPerSec})`}
      rightLabel={`${t().metrics.ttft} (${t().units.ms})`}
    />
  )
}
