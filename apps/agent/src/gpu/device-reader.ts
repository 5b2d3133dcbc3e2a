import type { GpuFault } from '@llm-loadtest/schema'
import { monotonicMs } from '../crew/shared-clock.ts'
import type { DeviceCalls } from './device-calls.ts'
import type { GpuReading } from './gpu-reading.ts'
import {
  CLOCK_MEM,
  CLOCK_SM,
  ECC_CORRECTED,
  ECC_UNCORRECTED,
  ECC_VOLATILE,
  MAX_PERFORMANCE_STATE,
  PCIE_RX,
  PCIE_TX,
  TEMPERATURE_GPU,
  throttleReasons,
} from './nvml-constants.ts'
import type { ProcessList } from './process-list.ts'
import { kilobytes, millis } from './units.ts'

/** A device that is sampled. Its handle is null while it does not answer. */
export type SampledDevice = { index: number; uuid: string; handle: bigint | null }

/** Bytes per second from GPU to host and from host to GPU. */
export type PcieThroughput = Pick<GpuReading, 'pcie_tx_bytes_per_second' | 'pcie_rx_bytes_per_second'>

const NO_READINGS: Omit<GpuReading, 'device_index' | 'uuid' | 'monotonicMs' | 'wallMs' | 'fault'> = {
  memory_used_bytes: null,
  memory_total_bytes: null,
  memory_reserved_bytes: null,
  gpu_utilization_percent: null,
  memory_utilization_percent: null,
  temperature_celsius: null,
  power_watts: null,
  power_limit_watts: null,
  energyCounterJoules: null,
  sm_clock_mhz: null,
  memory_clock_mhz: null,
  performance_state: null,
  throttle_reasons: null,
  ecc_corrected_errors: null,
  ecc_uncorrected_errors: null,
  pcie_tx_bytes_per_second: null,
  pcie_rx_bytes_per_second: null,
  fan_percent: null,
  processes: null,
}

const stamp = ({ index, uuid }: SampledDevice) => ({
  device_index: index,
  uuid,
  monotonicMs: monotonicMs(),
  wallMs: Date.now(),
})

/** The reading of a device that gives none, at this moment. */
export const faultyReading = (device: SampledDevice, fault: GpuFault): GpuReading => ({
  ...stamp(device),
  fault,
  ...NO_READINGS,
})

function performanceState(state: number | null): number | null {
  return state !== null && state <= MAX_PERFORMANCE_STATE ? state : null
}

/** PCIe throughput, which NVML measures by waiting: some 20 ms for each direction. Throws NvmlFault. */
export function readPcieThroughput(calls: DeviceCalls, handle: bigint): PcieThroughput {
  const read = (direction: number) => kilobytes(calls.uint('nvmlDeviceGetPcieThroughput', handle, direction))
  return { pcie_tx_bytes_per_second: read(PCIE_TX), pcie_rx_bytes_per_second: read(PCIE_RX) }
}

/** Everything but PCIe throughput, at this moment. With no answer at all the fault is `failed`. Throws NvmlFault. */
export function readDevice(
  calls: DeviceCalls,
  processes: ProcessList,
  device: SampledDevice,
  handle: bigint,
): GpuReading {
  const at = stamp(device)
  calls.answers = 0
  const memory = calls.memory(handle)
  const utilization = calls.utilization(handle)
  const reasons = calls.clocksEventReasons(handle)
  const eccErrors = (type: number): number | null => {
    const count = calls.ulong('nvmlDeviceGetTotalEccErrors', handle, type, ECC_VOLATILE)
    return count === null ? null : Number(count)
  }
  const reading: GpuReading = {
    ...at,
    fault: null,
    ...NO_READINGS,
    memory_used_bytes: memory?.used ?? null,
    memory_total_bytes: memory?.total ?? null,
    memory_reserved_bytes: memory?.reserved ?? null,
    gpu_utilization_percent: utilization?.gpu ?? null,
    memory_utilization_percent: utilization?.memory ?? null,
    temperature_celsius: calls.uint('nvmlDeviceGetTemperature', handle, TEMPERATURE_GPU),
    power_watts: millis(calls.uint('nvmlDeviceGetPowerUsage', handle)),
    power_limit_watts: millis(calls.uint('nvmlDeviceGetEnforcedPowerLimit', handle)),
    energyCounterJoules: millis(calls.ulong('nvmlDeviceGetTotalEnergyConsumption', handle)),
    sm_clock_mhz: calls.uint('nvmlDeviceGetClockInfo', handle, CLOCK_SM),
    memory_clock_mhz: calls.uint('nvmlDeviceGetClockInfo', handle, CLOCK_MEM),
    performance_state: performanceState(calls.uint('nvmlDeviceGetPerformanceState', handle)),
    throttle_reasons: reasons === null ? null : throttleReasons(reasons),
    ecc_corrected_errors: eccErrors(ECC_CORRECTED),
    ecc_uncorrected_errors: eccErrors(ECC_UNCORRECTED),
    fan_percent: calls.uint('nvmlDeviceGetFanSpeed', handle),
    processes: processes.read(handle),
  }
  return calls.answers === 0 && reading.processes === null
    ? { ...at, fault: 'failed', ...NO_READINGS }
    : reading
}
