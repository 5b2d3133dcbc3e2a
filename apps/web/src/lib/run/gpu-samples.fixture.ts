import type { GpuSample } from '@llm-loadtest/schema'
import { lostGpuReading } from '@llm-loadtest/schema/testing'

/** A sample without readings but those given, for tests. */
export const gpuSample = (
  device_index: number,
  at_ms: number,
  readings: Partial<GpuSample> = {},
): GpuSample => lostGpuReading({ device_index, at_ms, fault: null, ...readings })
