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

/** Output tokens, and the span whose energy brought them forth. */
export type Generation = { span: Span; outputTokens: number }

/** Energy of all devices, J; null when that of one is not known. */
function totalEnergy(gpu: GpuTrace, span: Span, reachMs: number): number | null {
  let sum = 0
  for (const [, trace] of gpu.traces) {
    const energy = energyIn(trace, span, reachMs)
    if (energy === null) return null
    sum += energy
  }
  return sum
}

/** Figures of all devices over a span, and of the energy that tokens took. */
export function spanFigures(
  gpu: GpuTrace,
  span: Span,
  { span: own, outputTokens }: Generation,
): GpuRunFigures {
  const reachMs = REACH_PERIODS * gpu.periodMs
  const generating = outputTokens > 0 ? totalEnergy(gpu, own, reachMs) : null
  return {
    devices: gpu.traces.map(([index, trace]) => deviceFigures(index, trace, span, reachMs)),
    energy_joules: totalEnergy(gpu, span, reachMs),
    joules_per_output_token: generating === null ? null : generating / outputTokens,
    tokens_per_watt_second: generating === null || generating <= 0 ? null : outputTokens / generating,
  }
}
