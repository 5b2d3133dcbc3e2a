import { monotonicMs } from '../crew/shared-clock.ts'
import { type GpuSource, gpuSample } from '../run/gpu-samples.ts'
import type { Session } from './session.ts'

const INTERVAL_MS = 5000

/** Tells the control plane the GPUs' newest readings, in a run or not, for as long as there is a connection. */
export class GpuNews {
  readonly #source: GpuSource
  readonly #startMs = monotonicMs()
  #timer: NodeJS.Timeout | undefined

  constructor(source: GpuSource) {
    this.#source = source
  }

  /** Goes on over a new connection, or stops when there is none. Without GPUs there is nothing to tell. */
  attach(session: Pick<Session, 'send'> | null): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    if (!session || this.#source.devices.length === 0) return
    this.#tell(session)
    this.#timer = setInterval(() => this.#tell(session), INTERVAL_MS)
  }

  #tell(session: Pick<Session, 'send'>): void {
    const outsideRuns = { energy_joules: null, energy_source: null }
    const samples = this.#source.latest.map((reading) => gpuSample(reading, this.#startMs, outsideRuns))
    session.send({ type: 'gpu_now', samples })
  }
}
