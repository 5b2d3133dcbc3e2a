import type { GpuInfo, GpuSample } from '@llm-loadtest/schema'

/** A device of which only the index is known, for tests. */
export const gpuInfo = (index: number): GpuInfo => ({
  index,
  uuid: `GPU-${index}`,
  name: 'Test GPU',
  pci_bus_id: null,
  driver_version: null,
  nvml_version: null,
  cuda_version: null,
  memory_total_bytes: null,
  power_limit_watts: null,
  temperature_limit_celsius: null,
  mig_enabled: null,
  ecc_enabled: null,
})

/** A sample without readings but those given, for tests. */
export const gpuSample = (
  device_index: number,
  at_ms: number,
  readings: Partial<GpuSample> = {},
): GpuSample => ({
  device_index,
  uuid: `GPU-${device_index}`,
  at_ms,
  at: '2026-01-01T00:00:00Z',
  fault: null,
  memory_used_bytes: null,
  memory_total_bytes: null,
  memory_reserved_bytes: null,
  gpu_utilization_percent: null,
  memory_utilization_percent: null,
  temperature_celsius: null,
  power_watts: null,
  power_limit_watts: null,
  energy_joules: null,
  energy_source: null,
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
  ...readings,
})
