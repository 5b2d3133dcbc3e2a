import { parentPort, workerData } from 'node:worker_threads'
import type { WorkerCommand, WorkerData } from './messages.ts'
import { PassWorker } from './pass-worker.ts'
import { clockOffsetMs } from './shared-clock.ts'

const port = parentPort
if (port === null) throw new Error('load-worker runs as a worker thread only')

const data: WorkerData = workerData
const worker = new PassWorker(data, (report, transfer = []) => port.postMessage(report, transfer))

port.on('message', (command: WorkerCommand) => {
  if (command.kind === 'close') {
    // With the port, nothing is left that keeps the thread alive.
    void worker.close().then(() => port.close())
  } else worker.obey(command)
})
port.postMessage({ kind: 'online', clockOffsetMs: clockOffsetMs() })
