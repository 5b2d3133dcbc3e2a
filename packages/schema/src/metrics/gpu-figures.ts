import type { GpuDeviceFigures, GpuRunFigures, GpuStatistic } from '../gpu-result.ts'
import { distribution } from './distribution.ts'
import { energyIn } from './gpu-energy.ts'
import { type Span, valuesIn, visitStates } from './gpu-span.ts'
import { type DeviceTrace, type GpuTrace, NO_READINGS, THROTTLING, type TracedReading } from './gpu-trace.ts'

/** How long a sample stands for, in periods, when no other follows. */
export const REACH_PERIODS = 2

/** How long a device's clocks were held back, for each reason, and how long it gave no readings, s. */
export type StateSeconds = Pick<GpuDeviceFigures, 'throttled_seconds' | 'missing_seconds'>

/** Seconds of each state in some spans. */
export function stateSeconds(trace: DeviceTrace, spans: readonly Span[], reachMs: number): StateSeconds {
  const throttled = new Map<(typeof THROTTLING)[number], number>()
  let missingMs = 0
  for (const span of spans) {
    visitStates(trace, span, reachMs, (state, ms) => {
      if (state & NO_READINGS) missingMs += ms
      THROTTLING.forEach((reason, i) => {
        if (state & (1 << i)) throttled.set(reason, (throttled.get(reason) ?? 0) + ms)
      })
    })
  }
  const seconds = [...throttled].map(([reason, ms]) => [reason, ms / 1000] as const)
  return { throttled_seconds: Object.fromEntries(seconds), missing_seconds: missingMs / 1000 }
}

function deviceFigures(
  deviceIndex: number,
  trace: DeviceTrace,
  span: Span,
  reachMs: number,
): GpuDeviceFigures {
  const statistic = (reading: TracedReading): GpuStatistic => {
    const values = distribution(valuesIn(trace, trace.readings[reading], [span]))
    return values && { mean: values.mean, p95: values.p95, peak: values.max }
  }
  const energy = energyIn(trace, span, reachMs)
  return {
    device_index: deviceIndex,
    samples: valuesIn(trace, trace.atMs, [span]).length,
    memory_used_bytes: statistic('memory_used_bytes'),
    gpu_utilization_percent: statistic('gpu_utilization_percent'),
    memory_utilization_percent: statistic('memory_utilization_percent'),
    temperature_celsius: statistic('temperature_celsius'),
    power_watts: statistic('power_watts'),
    sm_clock_mhz: statistic('sm_clock_mhz'),
    memory_clock_mhz: statistic('memory_clock_mhz'),
    energy_joules: energy,
    energy_source: energy === null ? null : trace.energySource,
    ...stateSeconds(trace, [span], reachMs),
  }
}

/**
 * Figures of all devices over a span.
 * @param outputTokens output tokens that the energy of the span brought forth
 */
export function spanFigures(gpu: GpuTrace, span: Span, outputTokens: number): GpuRunFigures {
  const reachMs = REACH_PERIODS * gpu.periodMs
  const devices = gpu.traces.map(([index, trace]) => deviceFigures(index, trace, span, reachMs))
  const energy = devices.reduce<number | null>(
    (sum, { energy_joules }) => (sum === null || energy_joules === null ? null : sum + energy_joules),
    0,
  )
  return {
    devices,
    energy_joules: energy,
    joules_per_output_token: energy === null || outputTokens === 0 ? null : energy / outputTokens,
    tokens_per_watt_second: energy === null || energy <= 0 ? null : outputTokens / energy,
  }
}
