import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Truth } from './truth-server.ts'
import type { TruthCommand } from './truth-thread.ts'

/** In the repository the thread is TypeScript beside this file; built, it is a file of its own beside the bundle. */
const THREAD_FILE = import.meta.url.endsWith('.ts') ? './truth-thread.ts' : './truth-thread.js'

/** The server whose send times are known, in a thread of its own. */
export type TruthSource = {
  url: string
  /** The streams that ended since the last call, by request id. */
  take(): Promise<Map<string, Truth>>
  close(): Promise<void>
}

/** Starts the server; rejects when the thread cannot run or the port is not to be had. */
export async function startTruthSource(): Promise<TruthSource> {
  const worker = new Worker(new URL(THREAD_FILE, import.meta.url))
  const [port]: number[] = await once(worker, 'message')
  const exited = once(worker, 'exit')
  const send = (command: TruthCommand) => worker.postMessage(command)
  return {
    url: `http://127.0.0.1:${port}`,
    async take() {
      // once() rejects when the thread dies instead of answering.
      const answer = once(worker, 'message')
      send('take')
      const [truths]: Truth[][] = await answer
      return new Map((truths ?? []).map((truth) => [truth.id, truth]))
    },
    async close() {
      send('close')
      await exited
    },
  }
}
