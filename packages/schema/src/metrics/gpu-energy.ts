import { indexAt, type Span } from './gpu-span.ts'
import type { DeviceTrace } from './gpu-trace.ts'

/** The index nearest to `from` in the direction of `step` whose energy is known. */
function knownFrom(energy: readonly number[], from: number, step: 1 | -1): number | null {
  for (let i = from; i >= 0 && i < energy.length; i += step) {
    if (!Number.isNaN(energy[i] ?? Number.NaN)) return i
  }
  return null
}

/** Energy at a time before the first or after the last known: that sample's power goes on, for at most `reachMs`. */
function beyond(trace: DeviceTrace, index: number, ms: number, reachMs: number): number | null {
  const { energy_joules, power_watts } = trace.readings
  const distance = ms - (trace.atMs[index] ?? 0)
  const energy = energy_joules[index] ?? Number.NaN
  if (distance === 0) return energy
  const power = power_watts[index] ?? Number.NaN
  return Math.abs(distance) > reachMs || Number.isNaN(power) ? null : energy + (power * distance) / 1000
}

/** Energy since the device's first sample at a time, J, interpolated between its samples; null when it is not known. */
export function energyAt(trace: DeviceTrace, ms: number, reachMs: number): number | null {
  const { energy_joules: energy } = trace.readings
  const at = indexAt(trace.atMs, ms)
  const after = knownFrom(energy, at, 1)
  const before = knownFrom(energy, at - 1, -1)
  if (after === null) return before === null ? null : beyond(trace, before, ms, reachMs)
  if (before === null) return beyond(trace, after, ms, reachMs)
  const [startMs, endMs] = [trace.atMs[before] ?? 0, trace.atMs[after] ?? 0]
  const [start, end] = [energy[before] ?? 0, energy[after] ?? 0]
  return start + (end - start) * ((ms - startMs) / (endMs - startMs))
}

/** A sample that is missing, and the next a little late, is no gap yet. */
const GAP_REACHES = 1.25

/** Whether the device was not read for so long within the span that power × time says nothing of it. */
function hasGap({ atMs, readings }: DeviceTrace, { fromMs, toMs }: Span, reachMs: number): boolean {
  let before: number | null = null
  for (const [i, at] of atMs.entries()) {
    if (Number.isNaN(readings.energy_joules[i] ?? Number.NaN)) continue
    if (before !== null && at - before > GAP_REACHES * reachMs && before < toMs && at > fromMs) return true
    before = at
  }
  return false
}

/**
 * Energy the device used in a span, J; null when it is not known at one of its ends, or of fewer than two samples, or of a
 * device without a counter that gave no power for a while. A counter goes on while nobody reads it.
 */
export function energyIn(trace: DeviceTrace, span: Span, reachMs: number): number | null {
  const { fromMs, toMs } = span
  const { energy_joules: energy } = trace.readings
  if (toMs <= fromMs || knownFrom(energy, 0, 1) === knownFrom(energy, energy.length - 1, -1)) return null
  if (trace.energySource === 'integrated' && hasGap(trace, span, reachMs)) return null
  const start = energyAt(trace, fromMs, reachMs)
  const end = energyAt(trace, toMs, reachMs)
  return start === null || end === null ? null : end - start
}
