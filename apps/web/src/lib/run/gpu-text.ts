import type { GpuAbsence, GpuDeviceFigures, GpuSample, ThrottleReason } from '@llm-loadtest/schema'
import { ThrottleReason as Reasons } from '@llm-loadtest/schema'
import { type GpuWarningGroup, gpuWarningSentence } from '@llm-loadtest/schema/metrics'
import type { Dictionary } from '../../i18n/index.ts'
import { type Format, MISSING } from '../format.ts'

/** What a device's newest sample says of its state: a fault, why its clocks are held back, or neither. */
export function stateText(sample: GpuSample, t: Dictionary): string {
  if (sample.fault !== null) return t.gpu.faults[sample.fault]
  if (sample.throttle_reasons === null) return MISSING
  if (sample.throttle_reasons.length === 0) return t.gpu.clear
  return sample.throttle_reasons.map((reason) => t.gpu.throttle[reason]).join(', ')
}

/** Seconds for each reason the clocks were held back: `3.2 (power cap)`; "–" when there was none. */
export function throttledText(
  seconds: GpuDeviceFigures['throttled_seconds'],
  t: Dictionary,
  f: Format,
): string {
  const text = (reason: ThrottleReason): string[] => {
    const value = seconds[reason]
    return value === undefined ? [] : [`${f.seconds(value)} (${t.gpu.throttle[reason]})`]
  }
  return Reasons.options.flatMap(text).join(', ') || MISSING
}

/**
 * Warnings of one cause as a sentence.
 * @param load the level's load in words; null outside the levels
 */
export const warningText = (group: GpuWarningGroup, load: string | null, t: Dictionary): string =>
  t.result.levelReason(load ?? t.gpu.outside, gpuWarningSentence(group, t.gpu.warnings))

/** The head of the empty state: not every absence means that there is no GPU. */
export function absenceTitle(reason: GpuAbsence['reason'] | null, t: Dictionary): string {
  switch (reason) {
    case 'switched_off':
      return t.gpu.none.off
    case 'no_permission':
    case 'failed':
      return t.gpu.none.unreadable
    case 'no_library':
    case 'no_driver':
    case 'no_device':
    case 'unsupported_vendor':
    case null:
      return t.gpu.none.title
    default:
      return reason satisfies never
  }
}
