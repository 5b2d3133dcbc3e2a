import type { GpuInfo } from '@llm-loadtest/schema'
import { deviceUuid } from '../../../../../tests/nvml-stand-in/script-file.ts'
import type { GpuReading } from '../gpu-reading.ts'

export type ScriptedReadings = Readonly<Record<string, string | number>>

const MIB = 2 ** 20

/** Readings of device `index` for the stand-in's script, every one, and each device's and reading's its own. */
export const scriptedReadings = (index: number): ScriptedReadings => ({
  memory_total_bytes: 81_559 * MIB,
  memory_used_bytes: (40_000 + index) * MIB,
  memory_reserved_bytes: (500 + index) * MIB,
  gpu_percent: 90 + index,
  memory_percent: 50 + index,
  temperature_celsius: 60 + index,
  temperature_shutdown_celsius: 95,
  temperature_slowdown_celsius: 87 + index,
  temperature_memory_max_celsius: 105,
  temperature_gpu_max_celsius: 86,
  power_mw: 650_123 + index,
  power_limit_mw: 700_000 + index,
  power_management_limit_mw: 690_000,
  energy_mj: 9_007_199_254 + index,
  graphics_clock_mhz: 1111,
  sm_clock_mhz: 1980 + index,
  memory_clock_mhz: 2619 + index,
  video_clock_mhz: 1545,
  performance_state: index,
  clocks_event_reasons: 4,
  ecc_corrected: 3 + index,
  ecc_uncorrected: 200 + index,
  ecc_corrected_aggregate: 5000,
  ecc_uncorrected_aggregate: 6000,
  pcie_tx_kb_per_second: 1_000_000 + index,
  pcie_rx_kb_per_second: 2_000_000 + index,
  fan_percent: 30 + index,
  mig_current: 0,
  mig_pending: 1,
  ecc_current: 1,
  ecc_pending: 0,
})

/** What `scriptedReadings` and `deviceLine` have to become in the agent. */
export const expectedInfo = (index: number): GpuInfo => ({
  index,
  uuid: deviceUuid(index),
  name: 'NVIDIA H100 80GB HBM3',
  pci_bus_id: `00000000:${index.toString(16).toUpperCase()}B:00.0`,
  driver_version: '550.54.15',
  nvml_version: '12.550.54.15',
  cuda_version: '12.4',
  memory_total_bytes: 81_559 * MIB,
  power_limit_watts: (700_000 + index) / 1000,
  temperature_limit_celsius: 87 + index,
  mig_enabled: false,
  ecc_enabled: true,
})

/** A reading without its clocks. */
export type ReadingValues = Omit<GpuReading, 'monotonicMs' | 'wallMs'>

export const expectedValues = (index: number): ReadingValues => ({
  device_index: index,
  uuid: deviceUuid(index),
  fault: null,
  memory_used_bytes: (40_000 + index) * MIB,
  memory_total_bytes: 81_559 * MIB,
  memory_reserved_bytes: (500 + index) * MIB,
  gpu_utilization_percent: 90 + index,
  memory_utilization_percent: 50 + index,
  temperature_celsius: 60 + index,
  power_watts: (650_123 + index) / 1000,
  power_limit_watts: (700_000 + index) / 1000,
  energyCounterJoules: (9_007_199_254 + index) / 1000,
  sm_clock_mhz: 1980 + index,
  memory_clock_mhz: 2619 + index,
  performance_state: index,
  throttle_reasons: ['sw_power_cap'],
  ecc_corrected_errors: 3 + index,
  ecc_uncorrected_errors: 200 + index,
  pcie_tx_bytes_per_second: (1_000_000 + index) * 1000,
  pcie_rx_bytes_per_second: (2_000_000 + index) * 1000,
  fan_percent: 30 + index,
  processes: [],
})

/** What a device says that gives no readings. */
export const withoutReadings = (index: number, fault: GpuReading['fault']): ReadingValues => ({
  device_index: index,
  uuid: deviceUuid(index),
  fault,
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
})
