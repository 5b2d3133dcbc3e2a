import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { type LinkState, watchRun } from './watch-run.ts'

type Message = { n: number }

function parse(message: unknown): Message {
  if (typeof message === 'object' && message !== null && 'n' in message && typeof message.n === 'number') {
    return { n: message.n }
  }
  throw new Error('not a message of this test')
}

/** A server that hands each connection to the next of `scripts`, and a watch of it. */
async function watch(scripts: ((socket: WebSocket) => void)[]) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const paths: (string | undefined)[] = []
  server.on('connection', (socket, request) => {
    paths.push(request.url)
    socket.on('message', (data) => {
      if (String(data) === 'ping') socket.send('pong')
    })
    scripts.shift()?.(socket)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const states: LinkState[] = []
  const messages: Message[] = []
  const errors: unknown[] = []
  const watching = watchRun({
    baseUrl: `http://127.0.0.1:${address.port}`,
    runId: 'run_1',
    parse,
    onMessage: (message) => void messages.push(message),
    onState: (state) => void states.push(state),
    onError: (error) => void errors.push(error),
  })
  onTestFinished(() => {
    watching.close()
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  return { watching, states, messages, errors, paths }
}

it('hands over messages, passes over what it cannot read, and ends with the run', async () => {
  const { states, messages, errors, paths } = await watch([
    (socket) => {
      socket.send('{"n":1}')
      socket.send('nonsense')
      socket.send('{"n":2}')
      socket.close(1000)
    },
  ])
  await expect.poll(() => states, { timeout: 5000 }).toEqual(['connecting', 'live', 'closed'])
  expect(messages).toEqual([{ n: 1 }, { n: 2 }])
  expect(errors.length).toBe(1)
  expect(paths).toEqual(['/api/v1/benchmark/ws/run/run_1'])
})

it('comes back after a cut and goes on', async () => {
  const { states, messages } = await watch([
    (socket) => socket.terminate(),
    (socket) => {
      socket.send('{"n":3}')
      socket.close(1000)
    },
  ])
  await expect.poll(() => states.at(-1), { timeout: 8000 }).toBe('closed')
  expect(states.filter((state) => state === 'reconnecting').length).toBe(1)
  expect(messages).toEqual([{ n: 3 }])
})

it('stays closed once closed', async () => {
  const { watching, states, paths } = await watch([])
  await expect.poll(() => states.at(-1), { timeout: 5000 }).toBe('live')
  watching.close()
  expect(states).toEqual(['connecting', 'live', 'closed'])
  expect(paths.length).toBe(1)
})
