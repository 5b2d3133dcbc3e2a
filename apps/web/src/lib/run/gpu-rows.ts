import type { GpuInfo } from '@llm-loadtest/schema'
import type { ChartRow } from '../chart/downsample.ts'
import { inGib } from '../format.ts'
import type { GpuAxis, GpuTick } from './gpu-ticks.ts'

/** One reading over time, a value a device; x in seconds since the run's start, memory in GiB. */
export function gpuRows(
  ticks: readonly GpuTick[],
  devices: readonly Pick<GpuInfo, 'index'>[],
  axis: GpuAxis,
): ChartRow[] {
  return ticks.map((tick) => ({
    x: tick.at_ms / 1000,
    values: devices.map(({ index }) => {
      const value = tick.devices.get(index)?.[axis] ?? null
      return axis === 'memory_used_bytes' ? inGib(value) : value
    }),
  }))
}
