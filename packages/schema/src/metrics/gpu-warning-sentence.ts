import type { GpuWarning } from '../gpu-result.ts'
import type { ThrottleReason } from '../gpu-sample.ts'
import { type GpuWarningGroup, gpuNames } from './gpu-warning-groups.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30

/** What a warning's sentence is made of, in one language; values come in as text. */
export type GpuWarningWords = {
  foreign_process: (gpu: string, process: string) => string
  process: (name: string, pid: string) => string
  processWithMemory: (name: string, pid: string, memory: string) => string
  unnamed: string
  clocks_throttled: (gpu: string, seconds: string, cause: string) => string
  /** What holds the clocks back. */
  causes: Record<ThrottleReason, string>
  temperature_limit: (gpu: string, peak: string, limit: string) => string
  no_readings: (gpu: string, seconds: string) => string
}

export const GPU_WARNING_WORDS: GpuWarningWords = {
  foreign_process: (gpu, process) =>
    `${gpu} was used by another process too, ${process}: the figures are not the server's alone.`,
  process: (name, pid) => `${name} (pid ${pid})`,
  processWithMemory: (name, pid, memory) => `${name} (pid ${pid}) with ${memory}`,
  unnamed: 'unnamed',
  clocks_throttled: (gpu, seconds, cause) =>
    `${gpu} ran slower for ${seconds} s: the clocks were held back by ${cause}.`,
  causes: {
    gpu_idle: 'idleness',
    applications_clocks_setting: 'clocks that were set for applications',
    sw_power_cap: 'the power limit',
    hw_slowdown: 'the hardware (heat, power supply or an external signal)',
    sync_boost: 'the slowest GPU of its sync boost group',
    sw_thermal_slowdown: 'heat, as the driver keeps it below its target',
    hw_thermal_slowdown: 'heat, as the hardware protects itself',
    hw_power_brake_slowdown: 'the power brake of the power supply',
    display_clock_setting: 'clocks that were set for displays',
  },
  temperature_limit: (gpu, peak, limit) =>
    `${gpu} reached ${peak} °C; its hardware slows down from ${limit} °C on.`,
  no_readings: (gpu, seconds) => `${gpu} gave no readings for ${seconds} s.`,
}

/** Bytes in GiB, and in MiB what would be less than one. */
function memoryText(bytes: number): string {
  if (bytes >= GIB) return `${(bytes / GIB).toFixed(1)} GiB`
  return bytes > 0 && bytes < MIB ? '< 1 MiB' : `${Math.floor(bytes / MIB)} MiB`
}

function processOf(
  warning: Extract<GpuWarning, { code: 'foreign_process' }>,
  words: GpuWarningWords,
): string {
  const { pid, name, memory_used_bytes: bytes } = warning
  const known = name ?? words.unnamed
  if (bytes === null) return words.process(known, String(pid))
  return words.processWithMemory(known, String(pid), memoryText(bytes))
}

/** Warnings of one cause as a sentence, in English unless other words are given, without the level they are of. */
export function gpuWarningSentence({ warning, devices }: GpuWarningGroup, words = GPU_WARNING_WORDS): string {
  const gpu = gpuNames(devices)
  switch (warning.code) {
    case 'foreign_process':
      return words.foreign_process(gpu, processOf(warning, words))
    case 'clocks_throttled':
      return words.clocks_throttled(gpu, warning.seconds.toFixed(1), words.causes[warning.reason])
    case 'temperature_limit':
      return words.temperature_limit(gpu, String(warning.peak_celsius), String(warning.limit_celsius))
    case 'no_readings':
      return words.no_readings(gpu, warning.seconds.toFixed(1))
    default:
      return warning satisfies never
  }
}
