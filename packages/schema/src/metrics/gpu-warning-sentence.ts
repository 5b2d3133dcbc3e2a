import type { GpuWarning } from '../gpu-result.ts'
import type { ThrottleReason } from '../gpu-sample.ts'

const GIB = 2 ** 30

/** What holds the clocks back, in English. */
const THROTTLE_CAUSES: Record<ThrottleReason, string> = {
  gpu_idle: 'idleness',
  applications_clocks_setting: 'clocks that were set for applications',
  sw_power_cap: 'the power limit',
  hw_slowdown: 'the hardware (heat, power supply or an external signal)',
  sync_boost: 'the slowest GPU of its sync boost group',
  sw_thermal_slowdown: 'heat, as the driver keeps it below its target',
  hw_thermal_slowdown: 'heat, as the hardware protects itself',
  hw_power_brake_slowdown: 'the power brake of the power supply',
  display_clock_setting: 'clocks that were set for displays',
}

/** A warning as an English sentence, without the level it is of. */
export function gpuWarningSentence(warning: GpuWarning): string {
  const gpu = `GPU ${warning.device_index}`
  switch (warning.code) {
    case 'foreign_process': {
      const { pid, name, memory_used_bytes: bytes } = warning
      const memory = bytes === null ? '' : ` with ${(bytes / GIB).toFixed(1)} GiB`
      return `${gpu} was used by another process too, ${name ?? 'unnamed'} (pid ${pid})${memory}: the figures are not the server's alone.`
    }
    case 'clocks_throttled':
      return `${gpu} ran slower for ${warning.seconds.toFixed(1)} s: its clocks were held back by ${THROTTLE_CAUSES[warning.reason]}.`
    case 'temperature_limit':
      return `${gpu} reached ${warning.peak_celsius} °C; its hardware slows down from ${warning.limit_celsius} °C on.`
    case 'no_readings':
      return `${gpu} gave no readings for ${warning.seconds.toFixed(1)} s.`
    default:
      return warning satisfies never
  }
}
