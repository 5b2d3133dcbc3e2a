import { parentPort } from 'node:worker_threads'
import { type CountReply, CountRequest } from './count-messages.ts'
import { loadO200kCounter } from './o200k.ts'

const port = parentPort
if (port === null) throw new Error('count-worker.ts runs as a worker thread only')

const countTokens = loadO200kCounter()
port.on('message', (message: unknown) => {
  const { id, texts } = CountRequest.parse(message)
  const tokens = texts.reduce((sum, text) => sum + countTokens(text), 0)
  port.postMessage({ id, tokens } satisfies CountReply)
})
port.postMessage('ready')
