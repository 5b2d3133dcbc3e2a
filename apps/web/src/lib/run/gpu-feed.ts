import type { GpuInfo, GpuSample } from '@llm-loadtest/schema'
import { type GpuTick, withReadings } from './gpu-ticks.ts'
import { thin } from './thin.ts'

/** The GPUs of a run under way as a viewer knows them. */
export type GpuFeed = {
  devices: readonly GpuInfo[]
  /** The newest sample of each device. */
  latest: ReadonlyMap<number, GpuSample>
  ticks: readonly GpuTick[]
}

const EMPTY: GpuFeed = { devices: [], latest: new Map(), ticks: [] }

/** The feed with more samples; devices come with the run's first ones and stay. */
export function withSamples(
  feed: GpuFeed | null,
  more: { devices: readonly GpuInfo[] | null; samples: readonly GpuSample[] },
): GpuFeed {
  const before = feed ?? EMPTY
  const latest = new Map(before.latest)
  for (const sample of more.samples) {
    const known = latest.get(sample.device_index)
    if (!known || sample.at_ms >= known.at_ms) latest.set(sample.device_index, sample)
  }
  return {
    devices: more.devices ?? before.devices,
    latest,
    ticks: thin(withReadings(before.ticks, more.samples)),
  }
}
