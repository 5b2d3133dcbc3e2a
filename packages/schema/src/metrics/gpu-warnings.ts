import type { GpuWarning } from '../gpu-result.ts'
import { REACH_PERIODS, stateSeconds } from './gpu-figures.ts'
import { foreignProcesses } from './gpu-foreign.ts'
import { outside, type Span, secondsIn, valuesIn } from './gpu-span.ts'
import { type DeviceTrace, type GpuTrace, type ProcessPresence, THROTTLING } from './gpu-trace.ts'

/** Throttled for more than this part of a window, a level's figures are those of slower clocks. */
const THROTTLED_PART = 0.05
/** Most foreign processes named of one device and window, those with the most memory. */
const MAX_PROCESSES = 10

export type LevelSpan = { levelIndex: number; span: Span }
type Window = { level_index: number | null; spans: readonly Span[] }
type Device = { index: number; trace: DeviceTrace; limitCelsius: number | null; reachMs: number }

function stateWarnings({ index, trace, reachMs }: Device, { level_index, spans }: Window): GpuWarning[] {
  const at = { device_index: index, level_index }
  const { throttled_seconds, missing_seconds } = stateSeconds(trace, spans, reachMs)
  const most = THROTTLED_PART * secondsIn(spans)
  const throttled = THROTTLING.flatMap((reason): GpuWarning[] => {
    const seconds = throttled_seconds[reason] ?? 0
    return seconds > most ? [{ code: 'clocks_throttled', ...at, reason, seconds }] : []
  })
  const missing = missing_seconds * 1000 > reachMs
  return missing ? [...throttled, { code: 'no_readings', ...at, seconds: missing_seconds }] : throttled
}

function temperatureWarnings({ index, trace, limitCelsius }: Device, window: Window): GpuWarning[] {
  const { level_index, spans } = window
  if (limitCelsius === null) return []
  let peak = Number.NEGATIVE_INFINITY
  for (const celsius of valuesIn(trace, trace.readings.temperature_celsius, spans)) {
    peak = Math.max(peak, celsius)
  }
  if (peak < limitCelsius) return []
  const at = { device_index: index, level_index }
  return [{ code: 'temperature_limit', ...at, peak_celsius: peak, limit_celsius: limitCelsius }]
}

const wasIn = ({ seen }: ProcessPresence, spans: readonly Span[]): boolean =>
  seen.some(({ fromMs, toMs }) => spans.some((span) => fromMs <= span.toMs && toMs >= span.fromMs))

function processWarnings(
  { index }: Device,
  { level_index, spans }: Window,
  foreign: readonly ProcessPresence[],
): GpuWarning[] {
  return foreign
    .filter((process) => wasIn(process, spans))
    .sort((a, b) => (b.memory_used_bytes ?? 0) - (a.memory_used_bytes ?? 0))
    .slice(0, MAX_PROCESSES)
    .map(({ pid, name, memory_used_bytes }) => {
      const at = { device_index: index, level_index }
      return { code: 'foreign_process', ...at, pid, name, memory_used_bytes }
    })
}

/**
 * What on the GPUs makes the figures say less about the server: of each level's window, and of what of the run is in none.
 * A foreign process is named outside the levels only when it was in none of them.
 */
export function gpuWarnings(gpu: GpuTrace, levels: readonly LevelSpan[], run: Span): GpuWarning[] {
  const spans = levels.map(({ span }) => span)
  const windows: Window[] = levels.map(({ levelIndex, span }) => ({ level_index: levelIndex, spans: [span] }))
  windows.push({ level_index: null, spans: outside(run, spans) })
  const starts = spans.map(({ fromMs }) => fromMs)
  const foreign = foreignProcesses(gpu, starts.length > 0 ? Math.min(...starts) : null)
  const infos = new Map(gpu.devices.map((info) => [info.index, info]))
  const reachMs = REACH_PERIODS * gpu.periodMs
  return windows.flatMap((window) =>
    gpu.traces.flatMap(([index, trace]) => {
      const limitCelsius = infos.get(index)?.temperature_limit_celsius ?? null
      const device = { index, trace, limitCelsius, reachMs }
      const others = foreign.get(trace) ?? []
      const named = window.level_index === null ? others.filter((each) => !wasIn(each, spans)) : others
      return [
        ...processWarnings(device, window, named),
        ...stateWarnings(device, window),
        ...temperatureWarnings(device, window),
      ]
    }),
  )
}
