import { parentPort } from 'node:worker_threads'
import { TokenConnection } from './token-messages.ts'
import { TokenService } from './token-service.ts'

const parent = parentPort
if (parent === null) throw new Error('token-worker runs as a worker thread only')

const service = new TokenService()
parent.on('message', (message: unknown) => {
  const { port } = TokenConnection.parse(message)
  port.on('message', (request: unknown) => {
    void service.answer(request).then((reply) => port.postMessage(reply))
  })
})
