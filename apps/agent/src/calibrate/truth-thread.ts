import { parentPort } from 'node:worker_threads'
import { TruthServer } from './truth-server.ts'

/** Main thread to server. */
export type TruthCommand = 'take' | 'close'

const port = parentPort
if (port === null) throw new Error('truth-thread runs as a worker thread only')

const server = new TruthServer()
port.on('message', (command: TruthCommand) => {
  switch (command) {
    case 'take': {
      const truths = server.take()
      port.postMessage(
        truths,
        truths.map(({ sentAt }) => sentAt.buffer),
      )
      break
    }
    case 'close':
      // With the port, nothing is left that keeps the thread alive.
      void server.close().then(() => port.close())
      break
    default:
      command satisfies never
  }
})
port.postMessage(await server.listen())
