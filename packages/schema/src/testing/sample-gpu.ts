import type { GpuInfo, GpuSample } from '../gpu-sample.ts'

/** A GPU of 80 GB that slows down from 90 °C on. */
export function sampleGpu(changes: Partial<GpuInfo> = {}): GpuInfo {
  return {
    index: 0,
    uuid: `GPU-${changes.index ?? 0}`,
    name: 'NVIDIA Test',
    pci_bus_id: '00000000:01:00.0',
    driver_version: '570.00',
    nvml_version: '12.570.00',
    cuda_version: '12.8',
    memory_total_bytes: 80e9,
    power_limit_watts: 700,
    temperature_limit_celsius: 90,
    mig_enabled: false,
    ecc_enabled: true,
    ...changes,
  }
}

/** A reading of a GPU that draws 100 W from the run's start on, as its counter says too. */
export function sampleGpuReading(changes: Partial<GpuSample> = {}): GpuSample {
  const { at_ms = 0, device_index = 0 } = changes
  return {
    device_index,
    uuid: `GPU-${device_index}`,
    at_ms,
    at: new Date(Date.UTC(2026, 0, 2, 3, 4, 6) + at_ms).toISOString(),
    fault: null,
    memory_used_bytes: 40e9,
    memory_total_bytes: 80e9,
    memory_reserved_bytes: 1e9,
    gpu_utilization_percent: 50,
    memory_utilization_percent: 25,
    temperature_celsius: 60,
    power_watts: 100,
    power_limit_watts: 700,
    energy_joules: at_ms / 10,
    energy_source: 'counter',
    sm_clock_mhz: 1500,
    memory_clock_mhz: 2600,
    performance_state: 0,
    throttle_reasons: [],
    ecc_corrected_errors: 0,
    ecc_uncorrected_errors: 0,
    pcie_tx_bytes_per_second: 1e6,
    pcie_rx_bytes_per_second: 2e6,
    fan_percent: null,
    processes: [],
    ...changes,
  }
}

/** A reading of a GPU that is lost: none of its figures. */
export function lostGpuReading(changes: Partial<GpuSample> = {}): GpuSample {
  return sampleGpuReading({
    fault: 'gpu_lost',
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
    processes: null,
    ...changes,
  })
}
