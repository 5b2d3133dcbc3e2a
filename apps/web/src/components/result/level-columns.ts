import type { Distribution, LevelResult } from '@llm-loadtest/schema'
import type { Dictionary } from '../../i18n/index.ts'
import type { Format } from '../../lib/format.ts'

/** A column of the level table: its group, its head and its value as text. */
export type LevelColumn = {
  group: string
  /** What a screen reader hears before the head, so that it stands for itself: `TTFT` p50. */
  metric?: string
  head: string
  value: (level: LevelResult) => string
  strong?: boolean
  bad?: (level: LevelResult) => boolean
}

type DistributionKey = 'ttft' | 'tpot' | 'itl' | 'e2e_latency'

/** The metrics of METRICS.md for one row a load level, with their units. */
export function levelColumns(t: Dictionary, f: Format): LevelColumn[] {
  const latency = (
    group: string,
    key: DistributionKey,
    statistics: ('p50' | 'p95' | 'p99')[],
  ): LevelColumn[] =>
    statistics.map((statistic: keyof Distribution) => ({
      group: `${group} (${t.units.ms})`,
      metric: group,
      head: statistic,
      value: (level) => f.number(level[key]?.[statistic]),
    }))
  const throughput = `${t.metrics.throughput} (${t.units.tokensPerSec})`
  const requests = t.metrics.requests
  return [
    {
      group: throughput,
      head: t.metrics.output,
      value: (level) => f.number(level.throughput_tokens_per_sec),
      strong: true,
    },
    {
      group: throughput,
      head: t.result.total,
      value: (level) => f.number(level.total_throughput_tokens_per_sec),
    },
    ...latency(t.metrics.ttft, 'ttft', ['p50', 'p95', 'p99']),
    ...latency(t.metrics.tpot, 'tpot', ['p50', 'p99']),
    ...latency(t.metrics.itl, 'itl', ['p50', 'p99']),
    ...latency(t.metrics.e2e, 'e2e_latency', ['p50', 'p99']),
    { group: requests, head: t.units.perSec, value: (level) => f.number(level.request_rate_per_sec) },
    { group: requests, head: t.result.total, value: (level) => f.integer(level.total_requests) },
    { group: requests, head: t.metrics.success, value: (level) => f.integer(level.successful_requests) },
    {
      group: requests,
      head: `${t.metrics.errorRate} (%)`,
      value: (level) => f.number(level.error_rate_percent),
      bad: (level) => level.failed_requests > 0,
    },
    {
      group: requests,
      head: `${t.metrics.goodput} (%)`,
      value: (level) => f.number(level.goodput?.goodput_percent),
    },
  ]
}

/** Neighbouring columns of one group, for the upper head row. */
export function columnGroups(columns: readonly { group: string }[]): { name: string; span: number }[] {
  const groups: { name: string; span: number }[] = []
  for (const column of columns) {
    const last = groups.at(-1)
    if (last?.name === column.group) last.span++
    else groups.push({ name: column.group, span: 1 })
  }
  return groups
}
