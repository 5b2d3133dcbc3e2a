import type { GpuSeries } from '../gpu-result.ts'
import type { DeviceTrace } from './gpu-trace.ts'

export const MAX_GPU_SERIES_POINTS = 3600

/** Means of so many neighbours each; null where none of them is known. */
function thinned(values: readonly number[], group: number): (number | null)[] {
  const points: (number | null)[] = []
  for (let start = 0; start < values.length; start += group) {
    const known = values.slice(start, start + group).filter((value) => !Number.isNaN(value))
    points.push(known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null)
  }
  return points
}

/** A device's readings over the run, at most MAX_GPU_SERIES_POINTS of each. */
export function gpuSeries(deviceIndex: number, { atMs, readings }: DeviceTrace): GpuSeries {
  const group = Math.max(1, Math.ceil(atMs.length / MAX_GPU_SERIES_POINTS))
  return {
    device_index: deviceIndex,
    at_ms: thinned(atMs, group).map((at) => at ?? 0),
    memory_used_bytes: thinned(readings.memory_used_bytes, group),
    gpu_utilization_percent: thinned(readings.gpu_utilization_percent, group),
    temperature_celsius: thinned(readings.temperature_celsius, group),
    power_watts: thinned(readings.power_watts, group),
    sm_clock_mhz: thinned(readings.sm_clock_mhz, group),
  }
}
