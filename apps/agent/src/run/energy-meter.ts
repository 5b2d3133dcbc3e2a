import type { GpuSample } from '@llm-loadtest/schema'
import type { GpuReading } from '../gpu/gpu-reading.ts'

type Energy = Pick<GpuSample, 'energy_joules' | 'energy_source'>
type Reading = Pick<GpuReading, 'energyCounterJoules' | 'power_watts' | 'monotonicMs'>

const UNKNOWN: Energy = { energy_joules: null, energy_source: null }

/** Energy by the device's own counter, J; a counter that begins anew, as after a driver reload, goes on from where it was. */
class CountedEnergy {
  readonly source = 'counter'
  #base: number
  #last: number

  constructor(counterJoules: number) {
    this.#base = counterJoules
    this.#last = counterJoules
  }

  read({ energyCounterJoules: counter }: Reading): number | null {
    if (counter === null) return null
    if (counter < this.#last) this.#base -= this.#last
    this.#last = counter
    return counter - this.#base
  }
}

/** Energy as power × time, by trapezoids between readings, J. */
class IntegratedEnergy {
  readonly source = 'integrated'
  #joules = 0
  #last: { watts: number; atMs: number } | null = null

  read({ power_watts: watts, monotonicMs: atMs }: Reading): number | null {
    if (watts === null) return null
    if (this.#last) this.#joules += ((this.#last.watts + watts) / 2) * ((atMs - this.#last.atMs) / 1000)
    this.#last = { watts, atMs }
    return this.#joules
  }
}

/** Energy of one device since its first reading in a run. */
export class EnergyMeter {
  #energy: CountedEnergy | IntegratedEnergy | null = null

  /** Takes in the next reading. */
  read(reading: Reading): Energy {
    const { energyCounterJoules: counter, power_watts } = reading
    if (counter !== null) this.#energy ??= new CountedEnergy(counter)
    else if (power_watts !== null) this.#energy ??= new IntegratedEnergy()
    if (!this.#energy) return UNKNOWN
    const joules = this.#energy.read(reading)
    return joules === null ? UNKNOWN : { energy_joules: joules, energy_source: this.#energy.source }
  }
}
