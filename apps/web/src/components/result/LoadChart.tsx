import type { LevelResult } from '@llm-loadtest/schema'
import { createMemo } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { loadScale } from '../../lib/run/load-label.ts'
import { LevelChart } from '../ui/LazyChart.tsx'

/** Throughput on the left axis, latencies on the right one, by load level. */
export function LoadChart(props: { levels: readonly LevelResult[] }) {
  const rows = createMemo(() =>
    props.levels.map((level, x) => ({
      x,
      values: [
        level.throughput_tokens_per_sec,
        level.ttft?.p50 ?? null,
        level.ttft?.p99 ?? null,
        level.tpot?.p50 ?? null,
      ],
    })),
  )
  const latency = (name: string, color: string, dash?: number[]) => ({
    name,
    unit: t().units.ms,
    color,
    axis: 'right' as const,
    ...(dash && { dash }),
    format: f().number,
  })
  const series = createMemo(() => [
    {
      name: t().metrics.throughput,
      unit: t().units.tokensPerSec,
      color: 'var(--series-1)',
      axis: 'left' as const,
      format: f().number,
    },
    latency(`${t().metrics.ttft} p50`, 'var(--series-2)'),
    latency(`${t().metrics.ttft} p99`, 'var(--series-3)', [5, 3]),
    latency(`${t().metrics.tpot} p50`, 'var(--series-4)', [2, 3]),
  ])
  return (
    <LevelChart
      title={t().result.byLevel}
      rows={rows()}
      levels={props.levels.map(loadScale(props.levels).value)}
      series={series()}
      xLabel={loadScale(props.levels).axis}
      leftLabel={`${t().metrics.throughput} (${t().units.tokensPerSec})`}
      rightLabel={`${t().metrics.ttft}, ${t().metrics.tpot} (${t().units.ms})`}
    />
  )
}
