import type { GpuInfo, GpuProcess, GpuSample, ThrottleReason } from '../gpu-sample.ts'

const READINGS = [
  'memory_used_bytes',
  'gpu_utilization_percent',
  'memory_utilization_percent',
  'temperature_celsius',
  'power_watts',
  'sm_clock_mhz',
  'memory_clock_mhz',
  'energy_joules',
] as const
export type TracedReading = (typeof READINGS)[number]

/** The reasons that hold the clocks back; idleness and clocks that somebody chose do not. */
export const THROTTLING = [
  'sw_power_cap',
  'hw_slowdown',
  'sync_boost',
  'sw_thermal_slowdown',
  'hw_thermal_slowdown',
  'hw_power_brake_slowdown',
] as const satisfies readonly ThrottleReason[]

/** State of a sample: a bit for each of THROTTLING, or this when the device gave no readings. */
export const NO_READINGS = 1 << THROTTLING.length

const stateOf = ({ fault, throttle_reasons }: GpuSample): number =>
  fault !== null
    ? NO_READINGS
    : THROTTLING.reduce((bits, reason, i) => bits | (throttle_reasons?.includes(reason) ? 1 << i : 0), 0)

/** A process as it was seen on a device: from its first to its last sample, anew after each absence; peak memory. */
export type ProcessPresence = GpuProcess & { seen: { fromMs: number; toMs: number }[] }

/** One device's samples as columns: a fifth of the memory that the samples themselves take. */
export class DeviceTrace {
  readonly atMs: number[] = []
  readonly states: number[] = []
  /** NaN where a reading is missing. */
  readonly readings: Readonly<Record<TracedReading, number[]>> = {
    memory_used_bytes: [],
    gpu_utilization_percent: [],
    memory_utilization_percent: [],
    temperature_celsius: [],
    power_watts: [],
    sm_clock_mhz: [],
    memory_clock_mhz: [],
    energy_joules: [],
  }
  readonly processes = new Map<number, ProcessPresence>()
  /** The first sample that says which processes there are, ms since the run's start. */
  processesSinceMs: number | null = null
  energySource: GpuSample['energy_source'] = null
  #processesAtMs: number | null = null

  add(sample: GpuSample): void {
    this.atMs.push(sample.at_ms)
    this.states.push(stateOf(sample))
    for (const reading of READINGS) this.readings[reading].push(sample[reading] ?? Number.NaN)
    this.energySource ??= sample.energy_source
    if (sample.processes) this.#note(sample.processes, sample.at_ms)
  }

  #note(processes: readonly GpuProcess[], atMs: number): void {
    for (const process of processes) {
      const known = this.processes.get(process.pid) ?? { ...process, seen: [] }
      this.processes.set(process.pid, known)
      known.name ??= process.name
      known.session ??= process.session
      if ((process.memory_used_bytes ?? 0) > (known.memory_used_bytes ?? 0)) {
        known.memory_used_bytes = process.memory_used_bytes
      }
      const last = known.seen.at(-1)
      if (last && last.toMs === this.#processesAtMs) last.toMs = atMs
      else known.seen.push({ fromMs: atMs, toMs: atMs })
    }
    this.processesSinceMs ??= atMs
    this.#processesAtMs = atMs
  }
}

/** A run's GPU samples, taken in as they come, in the order they were measured. */
export class GpuTrace {
  /** Time between two samples, ms; 0 before the first. */
  periodMs = 0
  #devices: readonly GpuInfo[] = []
  readonly #traces = new Map<number, DeviceTrace>()

  get devices(): readonly GpuInfo[] {
    return this.#devices
  }

  /** The devices that samples came of, by index. */
  get traces(): [deviceIndex: number, trace: DeviceTrace][] {
    return [...this.#traces].sort(([a], [b]) => a - b)
  }

  /** Takes in samples; `devices` when they are told. */
  add({
    period_ms,
    devices,
    samples,
  }: {
    period_ms: number
    devices: readonly GpuInfo[] | null
    samples: readonly GpuSample[]
  }): void {
    this.periodMs = period_ms
    if (devices) this.#devices = devices
    for (const sample of samples) {
      const trace = this.#traces.get(sample.device_index) ?? new DeviceTrace()
      this.#traces.set(sample.device_index, trace)
      trace.add(sample)
    }
  }
}
