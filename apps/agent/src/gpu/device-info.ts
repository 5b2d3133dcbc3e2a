import type { GpuInfo } from '@llm-loadtest/schema'
import type { DeviceCalls } from './device-calls.ts'
import type { NvmlLibrary } from './nvml.ts'
import {
  cudaVersion,
  ENABLED,
  TEMPERATURE_GPU,
  TEMPERATURE_THRESHOLD_SLOWDOWN,
  TEXT_BYTES,
} from './nvml-constants.ts'
import { succeeded } from './nvml-fault.ts'
import { structVersion } from './nvml-layouts.ts'
import { StructMemory } from './struct-memory.ts'
import { millis } from './units.ts'

/** What is the same for all devices of a host. */
export type DriverInfo = Pick<GpuInfo, 'driver_version' | 'nvml_version' | 'cuda_version'>

export function readDriverInfo(calls: DeviceCalls): DriverInfo {
  const { library } = calls
  const cuda = calls.uint('nvmlSystemGetCudaDriverVersion_v2') ?? calls.uint('nvmlSystemGetCudaDriverVersion')
  return {
    driver_version: library.text('nvmlSystemGetDriverVersion', TEXT_BYTES.version),
    nvml_version: library.text('nvmlSystemGetNVMLVersion', TEXT_BYTES.version),
    cuda_version: cuda === null ? null : cudaVersion(cuda),
  }
}

function pciBusId(library: NvmlLibrary, handle: bigint): string | null {
  const pci = new StructMemory(library.layout('nvmlPciInfo_t'))
  return succeeded(library.call('nvmlDeviceGetPciInfo_v3', handle, pci.bytes)) ? pci.text('busId') : null
}

/**
 * Where the hardware begins to slow down. Of Ada and later, drivers may tell no more than how far it is to there; the
 * temperature is of the same moment.
 */
function temperatureLimit(calls: DeviceCalls, handle: bigint): number | null {
  const limit = calls.uint('nvmlDeviceGetTemperatureThreshold', handle, TEMPERATURE_THRESHOLD_SLOWDOWN)
  if (limit !== null) return limit
  const margin = new StructMemory(calls.library.layout('nvmlMarginTemperature_v1_t'))
  margin.setUint32('version', structVersion('nvmlMarginTemperature_v1_t', 1))
  if (!succeeded(calls.library.call('nvmlDeviceGetMarginTemperature', handle, margin.bytes))) return null
  const temperature = calls.uint('nvmlDeviceGetTemperature', handle, TEMPERATURE_GPU)
  return temperature === null ? null : temperature + margin.int32('marginTemperature')
}

const enabled = (mode: number | null): boolean | null => (mode === null ? null : mode === ENABLED)

/** What does not change of a device. Throws NvmlFault. */
export function readDeviceInfo(
  calls: DeviceCalls,
  driver: DriverInfo,
  { index, uuid, handle }: { index: number; uuid: string; handle: bigint },
): GpuInfo {
  const { library } = calls
  return {
    index,
    uuid,
    name: library.text('nvmlDeviceGetName', TEXT_BYTES.name, handle) ?? 'NVIDIA GPU',
    pci_bus_id: pciBusId(library, handle),
    ...driver,
    memory_total_bytes: calls.memory(handle)?.total ?? null,
    power_limit_watts: millis(calls.uint('nvmlDeviceGetEnforcedPowerLimit', handle)),
    temperature_limit_celsius: temperatureLimit(calls, handle),
    mig_enabled: enabled(calls.mode('nvmlDeviceGetMigMode', handle)),
    ecc_enabled: enabled(calls.mode('nvmlDeviceGetEccMode', handle)),
  }
}
