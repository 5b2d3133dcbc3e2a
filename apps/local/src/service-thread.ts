import { Worker } from 'node:worker_threads'
import { z } from 'zod'

const STOP_LIMIT_MS = 15_000

const ThreadReport = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), value: z.unknown() }),
  z.object({ type: z.literal('failed'), message: z.string() }),
])

export type Thread<Ready> = {
  ready: Ready
  /** Settles when the thread has ended: with an error when nobody asked it to. */
  ended: Promise<void>
  close(): Promise<void>
}

/**
 * Runs a service in a thread with an event loop of its own, so that the load generator, the simulator and the control
 * plane do not delay each other. Settles once the service is ready, or rejects with its own error message.
 */
export async function startThread<Ready>(
  entry: URL,
  workerData: unknown,
  ready: z.ZodType<Ready>,
): Promise<Thread<Ready>> {
  const worker = new Worker(entry, { workerData })
  let closing = false
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', reject)
    worker.once('exit', (code) => {
      if (closing) resolve()
      else reject(new Error(`${entry.pathname.split('/').at(-1)} ended by itself with status ${code}`))
    })
  })
  // Whoever holds the thread may await `ended` later; until then its failure must not count as unhandled.
  ended.catch(() => undefined)

  const first = new Promise<unknown>((resolve) => worker.once('message', resolve))
  const report = ThreadReport.parse(await Promise.race([first, ended]))
  if (report.type === 'failed') {
    closing = true
    await worker.terminate()
    throw new Error(report.message)
  }
  return {
    ready: ready.parse(report.value),
    ended,
    async close() {
      closing = true
      const timer = setTimeout(() => void worker.terminate(), STOP_LIMIT_MS)
      worker.postMessage('close')
      // A thread that had ended by itself has told so through `ended`; here it only has to be gone.
      await ended.catch(() => undefined)
      clearTimeout(timer)
    },
  }
}
