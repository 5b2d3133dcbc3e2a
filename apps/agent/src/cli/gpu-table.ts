import type { GpuFault, GpuInfo, ThrottleReason } from '@llm-loadtest/schema'
import type { GpuReading } from '../gpu/gpu-reading.ts'
import { align } from '../report/align.ts'
import { formatNumber, NO_VALUE } from '../report/number-format.ts'

const GIB = 2 ** 30

const HEADINGS = [
  'GPU',
  'Name',
  'Memory (GiB)',
  'GPU %',
  'Mem %',
  'Temp °C',
  'Power (W)',
  'SM MHz',
  'Mem MHz',
  'State',
  'Clocks held by',
  'Processes',
]
/** Columns of words, aligned to the left. */
const WORDS: ReadonlySet<number> = new Set([1, 10, 11])

const FAULTS: Readonly<Record<GpuFault, string>> = {
  gpu_lost: 'GPU lost',
  driver_unavailable: 'driver unavailable',
  reset_required: 'needs a reset',
  failed: 'gives no readings',
}

const REASONS: Readonly<Record<ThrottleReason, string>> = {
  gpu_idle: 'idle',
  applications_clocks_setting: 'set clocks',
  sw_power_cap: 'power cap',
  hw_slowdown: 'hardware slowdown',
  sync_boost: 'sync boost',
  sw_thermal_slowdown: 'temperature',
  hw_thermal_slowdown: 'temperature (hardware)',
  hw_power_brake_slowdown: 'power brake',
  display_clock_setting: 'display clock',
}

/** A part of a whole, such as 12.0/80.0. */
function share(part: number | null, whole: number | null, text: (value: number | null) => string): string {
  return part === null && whole === null ? NO_VALUE : `${text(part)}/${text(whole)}`
}

const gib = (bytes: number | null): string => (bytes === null ? NO_VALUE : (bytes / GIB).toFixed(1))
const watts = (power: number | null): string => (power === null ? NO_VALUE : power.toFixed(0))

function heldBy({ fault, throttle_reasons }: GpuReading): string {
  if (fault) return FAULTS[fault]
  return throttle_reasons?.map((reason) => REASONS[reason]).join(', ') || NO_VALUE
}

function processes(reading: GpuReading): string {
  return (
    reading.processes?.map(({ name, pid }) => (name ? `${name} (${pid})` : `${pid}`)).join(', ') || NO_VALUE
  )
}

function row(device: GpuInfo, reading: GpuReading): string[] {
  const { performance_state: state } = reading
  return [
    String(device.index),
    device.name,
    share(reading.memory_used_bytes, reading.memory_total_bytes, gib),
    formatNumber(reading.gpu_utilization_percent),
    formatNumber(reading.memory_utilization_percent),
    formatNumber(reading.temperature_celsius),
    share(reading.power_watts, reading.power_limit_watts, watts),
    formatNumber(reading.sm_clock_mhz),
    formatNumber(reading.memory_clock_mhz),
    state === null ? NO_VALUE : `P${state}`,
    heldBy(reading),
    processes(reading),
  ]
}

/** The driver's versions, as far as they are known. */
export function driverText(device: GpuInfo | undefined): string {
  const { driver_version, nvml_version, cuda_version } = device ?? {}
  return `Driver ${driver_version ?? NO_VALUE}, NVML ${nvml_version ?? NO_VALUE}, CUDA ${cuda_version ?? NO_VALUE}`
}

/** The driver, and a line for each device with its newest reading. */
export function gpuTable(devices: readonly GpuInfo[], readings: readonly GpuReading[]): string {
  const rows = devices.flatMap((device) => {
    const reading = readings.find(({ uuid }) => uuid === device.uuid)
    return reading ? [row(device, reading)] : []
  })
  return `${driverText(devices[0])}\n${align([HEADINGS, ...rows], WORDS)}`
}
