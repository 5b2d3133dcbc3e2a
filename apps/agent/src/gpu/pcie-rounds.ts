import type { PcieThroughput } from './device-reader.ts'

/** NVML waits some 20 ms for each direction, so a device is asked at most once in so long. */
const INTERVAL_MS = 2000
/** Most of a period that may be spent waiting. */
const BUDGET = 0.5

/**
 * Decides which devices are asked for their PCIe throughput in a tick, and keeps what they said: at 10 Hz, asking 8
 * devices each time would take three periods. Each is asked at most every 2 seconds, in turn, as long as half of the
 * period lasts; samples in between repeat the last value.
 */
export class PcieRounds {
  readonly #periodMs: number
  readonly #everyTicks: number
  readonly #dueTicks: number[] = []
  readonly #latest: (PcieThroughput | null)[] = []
  #first = 0

  constructor(devices: number, periodMs: number) {
    this.#periodMs = periodMs
    this.#everyTicks = Math.ceil(INTERVAL_MS / periodMs)
    this.add(devices)
  }

  /** So many devices more, behind those there are. */
  add(devices: number): void {
    for (let i = 0; i < devices; i++) {
      this.#dueTicks.push(0)
      this.#latest.push(null)
    }
  }

  /**
   * Asks the devices that are due. The first tick asks all, whatever it takes, so that no sample is without.
   * @param tick number of the tick, from 0
   * @param elapsedMs time since the tick began
   * @param ask reads the device at a position; null when it cannot be asked now
   */
  run(tick: number, elapsedMs: () => number, ask: (position: number) => PcieThroughput | null): void {
    const count = this.#dueTicks.length
    for (let i = 0; i < count; i++) {
      const position = (this.#first + i) % count
      if ((this.#dueTicks[position] ?? 0) > tick) continue
      if (tick > 0 && elapsedMs() > BUDGET * this.#periodMs) {
        this.#first = position
        return
      }
      const answer = ask(position)
      this.#latest[position] = answer
      if (answer === null) continue
      // From the first tick, in which all were asked, they spread out over those to come.
      this.#dueTicks[position] = tick + this.#everyTicks + (tick === 0 ? position % this.#everyTicks : 0)
    }
  }

  /** What the device at a position last said. */
  latest(position: number): PcieThroughput | null {
    return this.#latest[position] ?? null
  }

  /** Forgets it: the device does not answer any more. */
  forget(position: number): void {
    this.#latest[position] = null
    this.#dueTicks[position] = 0
  }
}
