import type { GpuInfo } from '@llm-loadtest/schema'
import type { Series } from '../../charts/chart-types.ts'
import type { Dictionary } from '../../i18n/index.ts'
import type { Format } from '../../lib/format.ts'
import type { GpuAxis } from '../../lib/run/gpu-ticks.ts'

const COLOURS = ['var(--series-1)', 'var(--series-2)', 'var(--series-3)', 'var(--series-4)']
/** Beyond four devices the colours come again with another line, so that 16 can be told apart. */
const DASHES = [undefined, [5, 3], [2, 3], [8, 3, 2, 3]]

export const axisUnit = (axis: GpuAxis, t: Dictionary): string =>
  ({
    memory_used_bytes: t.units.gib,
    gpu_utilization_percent: t.units.percent,
    temperature_celsius: t.units.celsius,
    power_watts: t.units.watts,
  })[axis]

/** A line for each device, the same one in every chart. */
export function deviceSeries(devices: readonly GpuInfo[], axis: GpuAxis, t: Dictionary, f: Format): Series[] {
  return devices.map(({ index }, i) => {
    const dash = DASHES[Math.floor(i / COLOURS.length) % DASHES.length]
    return {
      name: t.gpu.device(f.integer(index)),
      unit: axisUnit(axis, t),
      color: COLOURS[i % COLOURS.length] ?? 'var(--series-1)',
      axis: 'left',
      format: f.number,
      ...(dash && { dash }),
    }
  })
}
