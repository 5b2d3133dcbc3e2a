import { Log, LogLevel, Miniflare, type WorkerOptions } from 'miniflare'

import { WorkerStartError } from './errors.ts'
import { childProcesses, endWithParent } from './orphan-guard.ts'

export interface WorkerRuntimeOptions {
  worker: WorkerOptions
  bindings: Record<string, string>
  objectsPath: string
  /** Gets each line the worker writes to its console. */
  log: (line: string) => void
}

export interface WorkerRuntime {
  /** On loopback; clients come through the front. */
  port: number
  /** Calls the worker's `scheduled` handler. */
  runScheduled(): Promise<void>
  close(): Promise<void>
}

/** Makes a Miniflare without the signal handlers it installs: they end the process before anything else is closed. */
function withoutSignalHandlers(start: () => Miniflare): Miniflare {
  const signals = ['SIGINT', 'SIGTERM'] as const
  const before = signals.map((signal) => process.listeners(signal))
  const miniflare = start()
  for (const [index, signal] of signals.entries()) {
    for (const listener of process.listeners(signal)) {
      if (!before[index]?.includes(listener)) process.off(signal, listener)
    }
  }
  return miniflare
}

type Schedulable = { scheduled(event: { scheduledTime: Date }): Promise<unknown> }

/** Miniflare's own types leave the method out where the platform's are not loaded. */
function isSchedulable(worker: object): worker is Schedulable {
  return typeof Reflect.get(worker, 'scheduled') === 'function'
}

/** Runs a bundled worker. Whoever calls it closes it on a signal. Throws WorkerStartError, with nothing left running. */
export async function startWorkerRuntime(options: WorkerRuntimeOptions): Promise<WorkerRuntime> {
  const { worker, bindings, objectsPath, log } = options
  const before = childProcesses()
  const settings: ConstructorParameters<typeof Miniflare>[0] = {
    ...worker,
    bindings: { ...worker.bindings, ...bindings },
    host: '127.0.0.1',
    port: 0,
    durableObjectsPersist: objectsPath,
    cf: false,
    logRequests: false,
    log: new Log(LogLevel.ERROR),
    // Returns nothing, whatever `log` returns: Miniflare throws out of its stream handler otherwise.
    handleStructuredLogs: ({ message }: { message: string }) => {
      log(message)
    },
  }
  const miniflare = withoutSignalHandlers(() => new Miniflare(settings))
  try {
    const { port } = await miniflare.ready
    const guard = endWithParent(childProcesses().filter((pid) => !before.includes(pid)))
    const close = async () => {
      guard.release()
      await miniflare.dispose()
    }
    const runScheduled = async () => {
      const worker: object = await miniflare.getWorker()
      if (!isSchedulable(worker)) throw new Error('the runtime cannot call a scheduled handler')
      await worker.scheduled({ scheduledTime: new Date() })
    }
    return { port: Number(port), runScheduled, close }
  } catch (error) {
    // Cleans up, and then fails once more with what made the start fail.
    await miniflare.dispose().catch((again: unknown) => {
      if (again !== error) throw again
    })
    throw new WorkerStartError(error)
  }
}
