import type { GpuInfo } from '@llm-loadtest/schema'
import { GPU_AXES, type GpuAxis, type GpuTick } from './gpu-ticks.ts'

function reports(ticks: readonly GpuTick[], index: number, axis: GpuAxis): boolean {
  return ticks.some((tick) => (tick.devices.get(index)?.[axis] ?? null) !== null)
}

/** What a chart of one reading has to say of devices that it draws no line of. */
export type Reported = {
  /** Whether any device gave the reading. */
  any: boolean
  /** Devices that gave others and never this one. One that gave none at all was away, and may have it. */
  without: number[]
}

/** Which devices do not report a reading. */
export function reported(
  ticks: readonly GpuTick[],
  devices: readonly Pick<GpuInfo, 'index'>[],
  axis: GpuAxis,
): Reported {
  const silent = devices.map(({ index }) => index).filter((index) => !reports(ticks, index, axis))
  const without = silent.filter((index) => GPU_AXES.some((other) => reports(ticks, index, other)))
  return { any: silent.length < devices.length, without }
}
