import type { GpuAbsence, GpuInfo, GpuSample } from '@llm-loadtest/schema'
import type { GpuReading } from '../gpu/gpu-reading.ts'
import { EnergyMeter } from '../run/energy-meter.ts'
import { gpuSample } from '../run/gpu-samples.ts'

type Sample = Omit<GpuSample, 'at_ms'>

/** What `gpu --json` prints: the versions, each device with its sample, and why there is none. */
export type GpuReport = Pick<GpuInfo, 'driver_version' | 'nvml_version' | 'cuda_version'> & {
  devices: { info: GpuInfo; sample: Sample }[]
  absence: GpuAbsence | null
}

/** Turns readings into reports. Energy is counted from the first reading on. */
export class GpuJson {
  readonly #devices: readonly { info: GpuInfo; energy: EnergyMeter }[]
  readonly #absence: GpuAbsence | null

  constructor(devices: readonly GpuInfo[], absence: GpuAbsence | null) {
    this.#devices = devices.map((info) => ({ info, energy: new EnergyMeter() }))
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

function sampleOf(reading: GpuReading, energy: EnergyMeter): Sample {
  const { at_ms: _sinceStart, ...sample } = gpuSample(reading, 0, energy.read(reading))
  return sample
}
