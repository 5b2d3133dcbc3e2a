import { parentPort } from 'node:worker_threads'

/** The thread's side of `startThread`: starts the service, reports, and closes it when asked. */
export async function serveThread(
  start: () => Promise<{ ready: unknown; close(): Promise<void> }>,
): Promise<void> {
  if (!parentPort) throw new Error('this file is a worker thread, not a program')
  const port = parentPort
  try {
    const service = await start()
    port.once('message', () => {
      // The port keeps the thread alive: once it is closed, the thread ends when its last work is done.
      void service.close().finally(() => port.close())
    })
    port.postMessage({ type: 'ready', value: service.ready })
  } catch (error) {
    port.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}
