import type { GpuWarning } from '../gpu-result.ts'

/** Devices whose seconds differ by no more are taken to have had the same cause. */
const SAME_SECONDS = 0.5

/** A warning of one or more devices of the same window, with what was most of theirs. */
export type GpuWarningGroup = { warning: GpuWarning; devices: readonly number[] }

function sameCause(a: GpuWarning, b: GpuWarning): boolean {
  if (a.level_index !== b.level_index) return false
  if (a.code === 'no_readings' && b.code === 'no_readings') {
    return Math.abs(a.seconds - b.seconds) <= SAME_SECONDS
  }
  return (
    a.code === 'clocks_throttled' &&
    b.code === 'clocks_throttled' &&
    a.reason === b.reason &&
    Math.abs(a.seconds - b.seconds) <= SAME_SECONDS
  )
}

function longer(a: GpuWarning, b: GpuWarning): GpuWarning {
  return 'seconds' in a && 'seconds' in b && b.seconds > a.seconds ? b : a
}

/**
 * The warnings in their order, those of one cause together: a driver that was away is missing on all devices at once,
 * and a common power limit slows all of them.
 */
export function gpuWarningGroups(warnings: readonly GpuWarning[]): GpuWarningGroup[] {
  const groups: { first: GpuWarning; warning: GpuWarning; devices: number[] }[] = []
  for (const warning of warnings) {
    const group = groups.find(({ first }) => sameCause(first, warning))
    if (group) {
      group.devices.push(warning.device_index)
      group.warning = longer(group.warning, warning)
    } else groups.push({ first: warning, warning, devices: [warning.device_index] })
  }
  return groups.map(({ warning, devices }) => ({ warning, devices }))
}

/** Devices by name, those in a row as one: `GPU 0–3, 6`. */
export function gpuNames(devices: readonly number[]): string {
  const runs: { from: number; to: number }[] = []
  for (const index of [...new Set(devices)].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last && last.to === index - 1) last.to = index
    else runs.push({ from: index, to: index })
  }
  const text = ({ from, to }: { from: number; to: number }): string => {
    if (from === to) return String(from)
    return to === from + 1 ? `${from}, ${to}` : `${from}–${to}`
  }
  return `GPU ${runs.map(text).join(', ')}`
}
