import type { GpuAbsence, GpuInfo } from '@llm-loadtest/schema'
import { switchedOff } from './absence.ts'
import { deviceSelection } from './device-selection.ts'
import type { GpuReading } from './gpu-reading.ts'
import { type FoundGpus, GpuThread } from './gpu-thread.ts'
import { nvmlPaths } from './nvml-paths.ts'
import type { UnreadDevice } from './unread-device.ts'

const DEFAULT_PERIOD_MS = 1000
const SWITCHED_OFF: FoundGpus = { devices: [], unread: [], absence: switchedOff() }

export type GpuMonitorOptions = {
  /** By NVML's index; left out: all, or those that the environment's CUDA_VISIBLE_DEVICES leaves. */
  devices?: readonly number[] | 'none'
  /** Time between two readings of a device, ms, 100 to 60,000. */
  periodMs?: number
  environment?: Readonly<Record<string, string | undefined>>
}

type Listener = (readings: readonly GpuReading[]) => void

/**
 * Reads the GPUs of this host on a thread of its own, so that a slow driver delays nothing but its own readings.
 * Without GPUs it says why and reads nothing. Until it is closed it keeps the process alive.
 */
export class GpuMonitor {
  /** Time between two readings of a device, ms. */
  readonly periodMs: number
  readonly #thread: GpuThread | null
  readonly #listeners: Set<Listener>

  private constructor(periodMs: number, thread: GpuThread | null, listeners: Set<Listener>) {
    this.periodMs = periodMs
    this.#thread = thread
    this.#listeners = listeners
  }

  /**
   * Starts it; resolves with the first readings, or with an absence.
   * Throws UnknownGpuError when a device is named that does not exist, and nothing for what the driver does.
   */
  static async start(options: GpuMonitorOptions = {}): Promise<GpuMonitor> {
    const { devices, periodMs = DEFAULT_PERIOD_MS, environment = process.env } = options
    const listeners = new Set<Listener>()
    if (devices === 'none') return new GpuMonitor(periodMs, null, listeners)
    const data = {
      paths: nvmlPaths(environment),
      named: environment['NVML_LIBRARY'] || undefined,
      selection: deviceSelection(devices, environment),
      periodMs,
    }
    const thread = new GpuThread(data, (readings) => {
      for (const listener of listeners) listener(readings)
    })
    await thread.started
    return new GpuMonitor(periodMs, thread, listeners)
  }

  get #found(): FoundGpus {
    return this.#thread?.found ?? SWITCHED_OFF
  }

  /** The GPUs that are read: another array when one was found that could not be read before. */
  get devices(): readonly GpuInfo[] {
    return this.#found.devices
  }

  /** GPUs that cannot be read yet, and are looked for. */
  get unread(): readonly UnreadDevice[] {
    return this.#found.unread
  }

  /** Why there is nothing to read; null when there is. */
  get absence(): GpuAbsence | null {
    return this.#found.absence
  }

  /** The newest reading of each device. */
  get latest(): readonly GpuReading[] {
    return this.#thread?.latest ?? []
  }

  /** Calls `listener` once a tick with a reading of every device. @returns a function that ends it */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    this.#listeners.clear()
    await this.#thread?.close()
  }
}
