import { Worker } from 'node:worker_threads'
import type { GpuAbsence, GpuInfo } from '@llm-loadtest/schema'
import { absence, absenceOf } from './absence.ts'
import { faultyReading } from './device-reader.ts'
import type { GpuReading } from './gpu-reading.ts'
import type { GpuReport, GpuThreadCommand, GpuThreadData } from './thread-messages.ts'
import { UnknownGpuError } from './unknown-gpu.ts'
import type { UnreadDevice } from './unread-device.ts'

/** In the repository the worker is TypeScript beside this file; built, it is a file of its own beside the bundle. */
const WORKER_FILE = import.meta.url.endsWith('.ts') ? './gpu-worker.ts' : './gpu-worker.js'
/** A driver that nobody uses may take seconds for each device to wake up. */
const START_LIMIT_MS = 60_000
const CLOSE_LIMIT_MS = 5000

/** What the thread has found so far. */
export type FoundGpus = {
  devices: readonly GpuInfo[]
  /** Those that cannot be read yet, and are looked for. */
  unread: readonly UnreadDevice[]
  /** Why there is none to read; null when there is. */
  absence: GpuAbsence | null
}

/** The sampling thread as the main thread sees it. */
export class GpuThread {
  /** Resolves with the first readings, or when there are none. Rejects with UnknownGpuError. */
  readonly started: Promise<void>
  found: FoundGpus = { devices: [], unread: [], absence: null }
  /** The newest reading of each device. */
  latest: readonly GpuReading[] = []
  readonly #worker: Worker
  readonly #exited: Promise<void>
  readonly #onReadings: (readings: readonly GpuReading[]) => void

  constructor(data: GpuThreadData, onReadings: (readings: readonly GpuReading[]) => void) {
    this.#onReadings = onReadings
    this.#worker = new Worker(new URL(WORKER_FILE, import.meta.url), { workerData: data })
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()))
    this.started = this.#start(data.named)
  }

  /** Ends the thread. One that the driver holds up for longer than 5 s is left to itself. */
  async close(): Promise<void> {
    this.#worker.postMessage('close' satisfies GpuThreadCommand)
    let limit: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      limit = setTimeout(() => {
        this.#abandon()
        resolve()
      }, CLOSE_LIMIT_MS)
    })
    await Promise.race([this.#exited, late])
    clearTimeout(limit)
  }

  #start(named: string | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const absent = (why: GpuAbsence): void => {
        this.found = { devices: [], unread: [], absence: why }
        clearTimeout(limit)
        resolve()
      }
      const limit = setTimeout(() => {
        this.#abandon()
        absent(absence('failed', UNANSWERED))
      }, START_LIMIT_MS)
      void this.#exited.then(() => clearTimeout(limit))
      this.#worker.on('message', (report: GpuReport) => {
        switch (report.kind) {
          case 'devices':
            this.found = { devices: report.devices, unread: report.unread, absence: null }
            break
          case 'readings':
            clearTimeout(limit)
            this.#take(report.readings)
            resolve()
            break
          case 'absent':
            absent(report.absence)
            break
          case 'unknown':
            reject(new UnknownGpuError(report.indices, report.devices, report.unread))
            break
          default:
            report satisfies never
        }
      })
      this.#worker.on('error', (error) => {
        if (this.latest.length === 0) absent(absenceOf(error, named))
        else this.#failed(error)
      })
    })
  }

  #take(readings: readonly GpuReading[]): void {
    this.latest = readings
    this.#onReadings(readings)
  }

  /** The thread ended by a mistake of its own: the last readings say that there are no more. */
  #failed(error: Error): void {
    process.emitWarning(`the thread that samples GPUs stopped: ${error.message}`)
    const { devices } = this.found
    this.#take(devices.map(({ index, uuid }) => faultyReading({ index, uuid, handle: null }, 'failed')))
  }

  #abandon(): void {
    this.#worker.unref()
    // It ends as soon as the driver lets go of it.
    void this.#worker.terminate()
  }
}

const UNANSWERED = `NVIDIA's driver has not answered for ${START_LIMIT_MS / 1000} s: see what nvidia-smi says.`
