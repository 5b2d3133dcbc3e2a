import type { GpuSample } from '@llm-loadtest/schema'
import type { GpuReading } from './gpu-reading.ts'

type Energy = Pick<GpuSample, 'energy_joules' | 'energy_source'>
const UNKNOWN: Energy = { energy_joules: null, energy_source: null }

/**
 * Energy of one device since its first reading, J: the difference of its counter, or where it has none, power × time by
 * the trapezoidal rule. Over readings that are missing, power is taken to have changed evenly.
 */
export class EnergySinceStart {
  #joules = 0
  #counter: number | null = null
  #power: { watts: number; atMs: number } | null = null

  /** Takes the next reading of the device. A reading that does not tell its energy has none. */
  add(reading: GpuReading): Energy {
    const { energyCounterJoules: counter, power_watts: watts, monotonicMs: atMs } = reading
    if (counter !== null) return this.#counted(counter)
    if (this.#counter !== null || watts === null) return UNKNOWN
    if (this.#power) this.#joules += ((this.#power.watts + watts) / 2) * ((atMs - this.#power.atMs) / 1000)
    this.#power = { watts, atMs }
    return { energy_joules: this.#joules, energy_source: 'integrated' }
  }

  #counted(counter: number): Energy {
    const last = this.#counter ?? counter
    // A driver that was loaded anew counts from 0 again.
    this.#joules += counter >= last ? counter - last : counter
    this.#counter = counter
    return { energy_joules: this.#joules, energy_source: 'counter' }
  }
}
