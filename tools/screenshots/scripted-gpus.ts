import { buildStandIn } from '../../tests/nvml-stand-in/build.ts'
import { DRIVER, deviceLine, ScriptFile } from '../../tests/nvml-stand-in/script-file.ts'

const GIB = 2 ** 30
const UPDATE_MS = 500
/** Power of the first GPU before the load and in each level, W. */
const POWER_WATTS = [118, 236, 318, 447, 612]
const PERCENT = [0, 38, 61, 84, 97]
/** How much of the way to where it will end the temperature goes in one update. */
const WARMING = 0.06

/** GPUs of the stand-in for NVML that warm up with the load, for pictures taken where there is no GPU. */
export class ScriptedGpus {
  readonly #script: ScriptFile
  readonly #joules = [0, 0]
  readonly #celsius = [44, 41]
  #level = 0

  /** @param folder where the script is written */
  constructor(folder: string) {
    this.#script = new ScriptFile(folder)
    Object.assign(process.env, this.#script.environment(buildStandIn()))
    this.#write()
  }

  /** Load has reached a level, from 1; 0 when there is none. Called over and over, it lets time go on. */
  at(level: number): void {
    this.#level = Math.min(level, POWER_WATTS.length - 1)
    this.#write()
  }

  #write(): void {
    const devices = [0, 1].map((index) => deviceLine(index, this.#readings(index)))
    const servers = [0, 1].map((index) => {
      const memory = Math.round((71.2 - index) * GIB)
      return `process ${90_000_001 + index} device=${index} memory_bytes=${memory} name=/usr/bin/vllm`
    })
    this.#script.write(DRIVER, ...devices, ...servers)
  }

  #readings(index: number): Record<string, number | string> {
    const wave = 1 + 0.03 * Math.sin(Date.now() / 700 + 2 * index)
    const watts = (POWER_WATTS[this.#level] ?? 0) * wave - 22 * index
    const celsius = this.#celsius[index] ?? 0
    this.#celsius[index] = celsius + (38 + watts / 18 - celsius) * WARMING
    this.#joules[index] = (this.#joules[index] ?? 0) + (watts * UPDATE_MS) / 1000
    const percent = Math.min(100, Math.round((PERCENT[this.#level] ?? 0) * wave))
    return {
      memory_total_bytes: 80 * GIB,
      memory_used_bytes: Math.round((72.4 - index + 0.4 * this.#level) * GIB),
      memory_reserved_bytes: Math.round(0.6 * GIB),
      gpu_percent: percent,
      memory_percent: Math.round(percent * 0.6),
      temperature_celsius: Math.round(celsius),
      temperature_slowdown_celsius: 87,
      power_mw: Math.round(watts * 1000),
      power_limit_mw: 700_000,
      energy_mj: Math.round((this.#joules[index] ?? 0) * 1000),
      sm_clock_mhz: this.#level === 0 ? 345 : 1980 - 45 * this.#level,
      memory_clock_mhz: 2619,
      performance_state: 0,
      clocks_event_reasons: this.#level === 0 ? 1 : 0,
      mig_current: 0,
      mig_pending: 0,
      ecc_current: 1,
      ecc_pending: 1,
    }
  }
}
