import type { GpuInfo } from '@llm-loadtest/schema'
import { monotonicMs } from '../crew/shared-clock.ts'
import { type GpuSource, gpuSample } from '../run/gpu-samples.ts'
import type { Session } from './session.ts'

const INTERVAL_MS = 5000

/** Tells the control plane the GPUs' newest readings, in a run or not, for as long as there is a connection. */
export class GpuNews {
  readonly #source: GpuSource
  readonly #startMs = monotonicMs()
  #told: readonly GpuInfo[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(source: GpuSource) {
    this.#source = source
  }

  /** The GPUs as a new connection is told of them; from then on it is told of changes only. */
  introduce(): GpuInfo[] {
    this.#told = this.#source.devices
    return [...this.#told]
  }

  /** Goes on over a new connection, or stops when there is none. Without GPUs there is nothing to tell. */
  attach(session: Pick<Session, 'send'> | null): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    if (!session) return
    this.#tell(session)
    this.#timer = setInterval(() => this.#tell(session), INTERVAL_MS)
  }

  #tell(session: Pick<Session, 'send'>): void {
    const { devices, latest } = this.#source
    if (latest.length === 0) return
    const outsideRuns = { energy_joules: null, energy_source: null }
    const samples = latest.map((reading) => gpuSample(reading, this.#startMs, outsideRuns))
    session.send({ type: 'gpu_now', devices: devices === this.#told ? null : [...devices], samples })
    this.#told = devices
  }
}
