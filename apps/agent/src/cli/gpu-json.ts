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

type Found = { devices: readonly GpuInfo[]; absence: GpuAbsence | null }

/** Turns readings into reports. Energy of a device is counted from its first reading on. */
export class GpuJson {
  readonly #meters = new Map<string, EnergyMeter>()

  of({ devices, absence }: Found, readings: readonly GpuReading[]): GpuReport {
    const { driver_version, nvml_version, cuda_version } = devices[0] ?? {}
    return {
      driver_version: driver_version ?? null,
      nvml_version: nvml_version ?? null,
      cuda_version: cuda_version ?? null,
      devices: devices.flatMap((info) => {
        const reading = readings.find(({ uuid }) => uuid === info.uuid)
        return reading ? [{ info, sample: sampleOf(reading, this.#meter(info.uuid)) }] : []
      }),
      absence,
    }
  }

  #meter(uuid: string): EnergyMeter {
    const meter = this.#meters.get(uuid) ?? new EnergyMeter()
    this.#meters.set(uuid, meter)
    return meter
  }
}

function sampleOf(reading: GpuReading, energy: EnergyMeter): Sample {
  const { at_ms: _sinceStart, ...sample } = gpuSample(reading, 0, energy.read(reading))
  return sample
}
