import type { GpuAbsence, GpuInfo } from '@llm-loadtest/schema'
import type { DeviceSelection } from './device-selection.ts'
import type { GpuReading } from './gpu-reading.ts'
import type { UnreadDevice } from './unread-device.ts'

/** What the sampling thread starts with. */
export type GpuThreadData = {
  /** Where NVML's library may be. */
  paths: readonly string[]
  /** The library that NVML_LIBRARY names, if it does. */
  named: string | undefined
  selection: DeviceSelection
  periodMs: number
}

/** Sampling thread to main thread. */
export type GpuReport =
  /** All that are sampled, at the start and whenever one is found that could not be read before. */
  | { kind: 'devices'; devices: GpuInfo[]; unread: UnreadDevice[] }
  /** `passing`: it may end by itself, and the devices are looked for until it does. */
  | { kind: 'absent'; absence: GpuAbsence; passing: boolean }
  /** Indices were asked for that there are no devices of. */
  | { kind: 'unknown'; indices: number[]; devices: GpuInfo[]; unread: UnreadDevice[] }
  /** One reading of each device. */
  | { kind: 'readings'; readings: GpuReading[] }

/** Main thread to sampling thread: end. */
export type GpuThreadCommand = 'close'
