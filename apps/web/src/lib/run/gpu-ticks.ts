import type { GpuSample, GpuSeries } from '@llm-loadtest/schema'

/** The readings that are drawn over time. */
export const GPU_AXES = [
  'memory_used_bytes',
  'gpu_utilization_percent',
  'temperature_celsius',
  'power_watts',
] as const
export type GpuAxis = (typeof GPU_AXES)[number]

type Readings = Pick<GpuSample, GpuAxis>
export type TimedReadings = Readings & { device_index: number; at_ms: number }

/** The devices' readings of one moment; a device that is missing gave none. `at_ms` is from the run's start. */
export type GpuTick = { at_ms: number; devices: ReadonlyMap<number, Readings> }

/** How many of the newest spacings tell the sampling period. */
const RECENT = 8
const ENOUGH = 3
/** A tick later than this many periods leaves a gap in the lines. */
const GAP_PERIODS = 2.5
/** Devices are read one after another: within this share of a period it is the same tick. */
const SAME_TICK_PERIODS = 0.75

/** Only what is drawn: hours of whole samples would be kept otherwise. */
const drawn = (of: Readings): Readings => ({
  memory_used_bytes: of.memory_used_bytes,
  gpu_utilization_percent: of.gpu_utilization_percent,
  temperature_celsius: of.temperature_celsius,
  power_watts: of.power_watts,
})

/** The middle one of the spacings, in ms; null when there are too few to tell. */
function period(spacings: number[]): number | null {
  if (spacings.length < ENOUGH) return null
  return spacings.sort((a, b) => a - b)[Math.floor((spacings.length - 1) / 2)] ?? null
}

function sampledEveryMs(sorted: readonly TimedReadings[]): number | null {
  const last = new Map<number, number>()
  const spacings: number[] = []
  for (const { device_index, at_ms } of sorted) {
    const before = last.get(device_index)
    if (before !== undefined) spacings.push(at_ms - before)
    last.set(device_index, at_ms)
  }
  return period(spacings)
}

/** Readings of any order as ticks, oldest first: each device once a tick. */
function ticksOf(readings: readonly TimedReadings[]): GpuTick[] {
  const sorted = [...readings].sort((a, b) => a.at_ms - b.at_ms)
  const longest = (sampledEveryMs(sorted) ?? Number.POSITIVE_INFINITY) * SAME_TICK_PERIODS
  const ticks: { at_ms: number; devices: Map<number, Readings> }[] = []
  for (const reading of sorted) {
    const tick = ticks.at(-1)
    const same = tick && !tick.devices.has(reading.device_index) && reading.at_ms - tick.at_ms < longest
    if (same) tick.devices.set(reading.device_index, drawn(reading))
    else ticks.push({ at_ms: reading.at_ms, devices: new Map([[reading.device_index, drawn(reading)]]) })
  }
  return ticks
}

const recentPeriod = (ticks: readonly GpuTick[]): number | null => {
  const recent = ticks.slice(-RECENT - 1)
  return period(recent.slice(1).map((tick, i) => tick.at_ms - (recent[i]?.at_ms ?? 0)))
}

/**
 * The ticks so far with newer readings behind them. What is already there is taken once; where ticks fail to come, one
 * without readings stands for the gap.
 */
export function withReadings(ticks: readonly GpuTick[], readings: readonly TimedReadings[]): GpuTick[] {
  const all = [...ticks]
  for (const tick of ticksOf(readings)) {
    const last = all.at(-1)
    if (last && tick.at_ms <= last.at_ms) continue
    const every = recentPeriod(all)
    if (last && every !== null && tick.at_ms - last.at_ms > every * GAP_PERIODS) {
      all.push({ at_ms: last.at_ms + every, devices: new Map() })
    }
    all.push(tick)
  }
  return all
}

/** A stored result's series as ticks. */
export function seriesTicks(series: readonly GpuSeries[]): GpuTick[] {
  const readings = series.flatMap((each) =>
    each.at_ms.map((at_ms, i) => ({
      device_index: each.device_index,
      at_ms,
      memory_used_bytes: each.memory_used_bytes[i] ?? null,
      gpu_utilization_percent: each.gpu_utilization_percent[i] ?? null,
      temperature_celsius: each.temperature_celsius[i] ?? null,
      power_watts: each.power_watts[i] ?? null,
    })),
  )
  return withReadings([], readings)
}
