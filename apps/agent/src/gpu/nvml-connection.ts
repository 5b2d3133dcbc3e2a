import { DeviceCalls } from './device-calls.ts'
import type { NvmlLibrary, NvmlLoader } from './nvml.ts'
import { NVML_RETURN, TEXT_BYTES } from './nvml-constants.ts'
import { ProcessList } from './process-list.ts'

const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 5000

/** NVML is there but does not start, or lets no device be read; `status` is its return code. */
export class NvmlNotStarted extends Error {
  override readonly name = 'NvmlNotStarted'
  readonly status: number

  constructor(status: number) {
    super(`NVML returned ${status}`)
    this.status = status
  }
}

/** What devices are read with while NVML is up. */
export type NvmlReaders = { calls: DeviceCalls; processes: ProcessList }

/** NVML from its start to its end, through the times in which the driver is away. */
export class NvmlConnection {
  readonly #load: NvmlLoader
  readonly #paths: readonly string[]
  #library: NvmlLibrary | null = null
  #readers: NvmlReaders | null = null
  #retryDelayMs = 0
  #retryAtMs = Number.NEGATIVE_INFINITY

  /** @param paths where the library may be */
  constructor(load: NvmlLoader, paths: readonly string[]) {
    this.#load = load
    this.#paths = paths
  }

  /** What to read devices with; null while NVML is down. */
  get readers(): NvmlReaders | null {
    return this.#readers
  }

  /** Starts NVML. Throws NvmlNotFound and NvmlNotStarted. */
  open(): NvmlReaders {
    this.#library ??= this.#load(this.#paths)
    const library = this.#library
    const status = library.call('nvmlInit_v2')
    if (status !== NVML_RETURN.success) {
      // The library in memory is older than the driver: the one on the disk may be of its version.
      if (status === NVML_RETURN.libRmVersionMismatch) this.#unload()
      throw new NvmlNotStarted(status)
    }
    const driverVersion = library.text('nvmlSystemGetDriverVersion', TEXT_BYTES.version)
    this.#retryDelayMs = 0
    this.#readers = { calls: new DeviceCalls(library), processes: new ProcessList(library, driverVersion) }
    return this.#readers
  }

  /** Starts NVML again after drop(), at most every 250 ms, and less and less often down to every 5 s. */
  reopen(nowMs: number): NvmlReaders | null {
    if (nowMs < this.#retryAtMs) return null
    this.#retryAtMs = nowMs + FIRST_RETRY_MS
    try {
      return this.open()
    } catch {
      // The driver is still away, which the samples of this tick say.
      this.#retryDelayMs = Math.min(LAST_RETRY_MS, Math.max(FIRST_RETRY_MS, 2 * this.#retryDelayMs))
      this.#retryAtMs = nowMs + this.#retryDelayMs
      return null
    }
  }

  /** Ends NVML: it has to be started anew before the driver answers again. */
  drop(): void {
    // What it returns does not matter: either it has ended, or there was nothing left to end.
    if (this.#readers) this.#library?.call('nvmlShutdown')
    this.#readers = null
  }

  /** Ends NVML for good. */
  close(): void {
    this.drop()
    this.#unload()
  }

  #unload(): void {
    this.#library?.unload()
    this.#library = null
  }
}
