import type { GpuDeviceFigures, GpuStatistic } from '@llm-loadtest/schema'
import type { Dictionary } from '../../i18n/index.ts'
import { type Format, inGib, MISSING } from '../../lib/format.ts'
import { throttledText } from '../../lib/run/gpu-text.ts'

/** A column of the figures by level and device. */
export type GpuColumn = {
  group: string
  head: string
  /** Whether its text is long and goes on lines of its own. */
  wraps?: boolean
  value: (device: GpuDeviceFigures) => string
}

const STATISTICS = ['mean', 'p95', 'peak'] as const

/** Joules; ≈ before what was summed up from power, for want of an energy counter. */
export function energyText(joules: number | null, integrated: boolean, f: Format): string {
  const text = f.number(joules)
  return integrated && text !== MISSING ? `≈ ${text}` : text
}

/** What happened in the span, then mean, p95 and peak of each reading, each with its unit. */
export function gpuColumns(t: Dictionary, f: Format): GpuColumn[] {
  const { axes, statistics, columns } = t.gpu
  const of = (
    name: string,
    unit: string,
    statistic: (device: GpuDeviceFigures) => GpuStatistic,
    convert: (value: number | undefined) => number | null | undefined = (value) => value,
  ): GpuColumn[] =>
    STATISTICS.map((key) => ({
      group: `${name} (${unit})`,
      head: statistics[key],
      value: (device) => f.number(convert(statistic(device)?.[key])),
    }))
  return [
    {
      group: t.result.total,
      head: columns.energy,
      value: (device) => energyText(device.energy_joules, device.energy_source === 'integrated', f),
    },
    {
      group: t.result.total,
      head: columns.throttled,
      wraps: true,
      value: (device) => throttledText(device.throttled_seconds, t, f),
    },
    { group: t.result.total, head: columns.missing, value: (device) => f.seconds(device.missing_seconds) },
    { group: t.result.total, head: columns.samples, value: (device) => f.integer(device.samples) },
    ...of(axes.memory_used_bytes, t.units.gib, (device) => device.memory_used_bytes, inGib),
    ...of(axes.gpu_utilization_percent, t.units.percent, (device) => device.gpu_utilization_percent),
    ...of(axes.temperature_celsius, t.units.celsius, (device) => device.temperature_celsius),
    ...of(axes.power_watts, t.units.watts, (device) => device.power_watts),
    ...of(t.gpu.clock, t.units.megahertz, (device) => device.sm_clock_mhz),
  ]
}
