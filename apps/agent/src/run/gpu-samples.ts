import type { GpuInfo, GpuSample } from '@llm-loadtest/schema'
import type { GpuMonitor } from '../gpu/gpu-monitor.ts'
import type { GpuReading } from '../gpu/gpu-reading.ts'
import { EnergyMeter } from './energy-meter.ts'
import type { RunSink } from './run-sink.ts'

/** What reads the GPUs of this host. */
export type GpuSource = Pick<GpuMonitor, 'devices' | 'periodMs' | 'latest' | 'subscribe'>

/** Samples are handed on this often at most. */
const HAND_ON_MS = 1000
/** Most samples that the wire takes at once. */
const MAX_SAMPLES = 640

/** A reading as a sample. @param startMs what its time counts from, on monotonicMs()'s clock */
export function gpuSample(
  reading: GpuReading,
  startMs: number,
  energy: Pick<GpuSample, 'energy_joules' | 'energy_source'>,
): GpuSample {
  const { monotonicMs, wallMs, energyCounterJoules, ...readings } = reading
  return { ...readings, ...energy, at_ms: monotonicMs - startMs, at: new Date(wallMs).toISOString() }
}

/** Makes a run's GPU samples of what is read while it runs, and hands them on. */
export class GpuSamples {
  readonly #source: GpuSource
  readonly #startMs: number
  readonly #sink: RunSink
  readonly #meters = new Map<number, EnergyMeter>()
  readonly #unsubscribe: () => void
  #waiting: GpuSample[] = []
  #handedOnMs: number | null = null
  #told: readonly GpuInfo[] | null = null

  /** @param startMs the run's start, on monotonicMs()'s clock */
  constructor(source: GpuSource, startMs: number, sink: RunSink) {
    this.#source = source
    this.#startMs = startMs
    this.#sink = sink
    this.#unsubscribe = source.subscribe((readings) => this.#tick(readings))
  }

  /** Takes no more and hands on the rest. Of a run shorter than the period, that is the newest reading. */
  stop(): void {
    this.#unsubscribe()
    if (this.#handedOnMs === null && this.#waiting.length === 0) this.#add(this.#source.latest)
    this.#handOn()
  }

  #tick(readings: readonly GpuReading[]): void {
    // A tick under way when the run began was read before it.
    this.#add(readings.filter(({ monotonicMs }) => monotonicMs >= this.#startMs))
    const newest = readings.at(-1)?.monotonicMs
    if (newest === undefined || this.#waiting.length === 0) return
    // Half a period less: ticks are not exactly a second apart.
    const since = this.#handedOnMs === null ? Number.POSITIVE_INFINITY : newest - this.#handedOnMs
    if (since < HAND_ON_MS - this.#source.periodMs / 2) return
    this.#handOn()
    this.#handedOnMs = newest
  }

  #add(readings: readonly GpuReading[]): void {
    for (const reading of readings) {
      const meter = this.#meters.get(reading.device_index) ?? new EnergyMeter()
      this.#meters.set(reading.device_index, meter)
      this.#waiting.push(gpuSample(reading, this.#startMs, meter.read(reading)))
    }
  }

  #handOn(): void {
    for (let start = 0; start < this.#waiting.length; start += MAX_SAMPLES) {
      const samples = this.#waiting.slice(start, start + MAX_SAMPLES)
      const { periodMs, devices } = this.#source
      const told = devices === this.#told
      this.#sink.write({ type: 'gpu', period_ms: periodMs, devices: told ? null : [...devices], samples })
      this.#told = devices
    }
    this.#waiting = []
  }
}
