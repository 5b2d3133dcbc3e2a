import type { GpuAbsence, GpuInfo, GpuSample } from '@llm-loadtest/schema'
import { EnergySinceStart } from '../gpu/energy-since-start.ts'
import type { GpuReading } from '../gpu/gpu-reading.ts'

type Sample = Omit<GpuSample, 'at_ms'>

/** What `gpu --json` prints: the versions, each device with its sample, and why there is none. */
export type GpuReport = Pick<GpuInfo, 'driver_version' | 'nvml_version' | 'cuda_version'> & {
  devices: { info: GpuInfo; sample: Sample }[]
  absence: GpuAbsence | null
}

/** Turns readings into reports. Energy is counted from the first reading on. */
export class GpuJson {
  readonly #devices: readonly { info: GpuInfo; energy: EnergySinceStart }[]
  readonly #absence: GpuAbsence | null

  constructor(devices: readonly GpuInfo[], absence: GpuAbsence | null) {
    this.#devices = devices.map((info) => ({ info, energy: new EnergySinceStart() }))
    this.#absence = absence
  }

  of(readings: readonly GpuReading[]): GpuReport {
    const { driver_version, nvml_version, cuda_version } = this.#devices[0]?.info ?? {}
    return {
      driver_version: driver_version ?? null,
      nvml_version: nvml_version ?? null,
      cuda_version: cuda_version ?? null,
      devices: this.#devices.flatMap(({ info, energy }) => {
        const reading = readings.find(({ uuid }) => uuid === info.uuid)
        return reading ? [{ info, sample: sampleOf(reading, energy) }] : []
      }),
      absence: this.#absence,
    }
  }
}

function sampleOf(reading: GpuReading, energy: EnergySinceStart): Sample {
  const { monotonicMs: _monotonic, wallMs, energyCounterJoules: _counter, ...values } = reading
  return { ...values, at: new Date(wallMs).toISOString(), ...energy.add(reading) }
}
