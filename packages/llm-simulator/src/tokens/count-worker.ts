import { parentPort } from 'node:worker_threads'
import { BytePairEncoding } from '@llm-loadtest/byte-pair-encoding'
import { type CountReply, CountRequest } from './count-messages.ts'

const port = parentPort
if (port === null) throw new Error('count-worker.ts runs as a worker thread only')

const encoding = await BytePairEncoding.load('o200k_base')
port.on('message', (message: unknown) => {
  const { id, texts } = CountRequest.parse(message)
  const tokens = texts.reduce((sum, text) => sum + encoding.count(text), 0)
  port.postMessage({ id, tokens } satisfies CountReply)
})
port.postMessage('ready')
