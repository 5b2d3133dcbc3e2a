import type { GpuAbsence, GpuInfo } from '@llm-loadtest/schema'
import { switchedOff } from './absence.ts'
import { deviceSelection } from './device-selection.ts'
import type { GpuReading } from './gpu-reading.ts'
import { type GpuStart, GpuThread } from './gpu-thread.ts'
import { nvmlPaths } from './nvml-paths.ts'
import type { UnreadDevice } from './unread-device.ts'

const DEFAULT_PERIOD_MS = 1000

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
  readonly devices: readonly GpuInfo[]
  /** GPUs that could not be read at the start, and are left out. */
  readonly unread: readonly UnreadDevice[]
  /** Why there is nothing to read; null when there is. */
  readonly absence: GpuAbsence | null
  /** Time between two readings of a device, ms. */
  readonly periodMs: number
  readonly #thread: GpuThread | null
  readonly #listeners: Set<Listener>

  private constructor(periodMs: number, start: GpuStart, thread: GpuThread | null, listeners: Set<Listener>) {
    this.periodMs = periodMs
    this.devices = start.devices
    this.unread = start.unread
    this.absence = start.absence
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
    if (devices === 'none') {
      const start = { devices: [], unread: [], absence: switchedOff() }
      return new GpuMonitor(periodMs, start, null, listeners)
    }
    const data = {
      paths: nvmlPaths(environment),
      named: environment['NVML_LIBRARY'] || undefined,
      selection: deviceSelection(devices, environment),
      periodMs,
    }
    const thread = new GpuThread(data, (readings) => {
      for (const listener of listeners) listener(readings)
    })
    return new GpuMonitor(periodMs, await thread.started, thread, listeners)
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
