import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { Connections } from './connections.ts'
import { targetUrl } from './target-url.ts'

const pem = (name: string): string =>
  readFileSync(new URL(`../testing/localhost-${name}.pem`, import.meta.url), 'utf8')
const HEAD = 'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n'
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'

const open: (() => Promise<unknown> | undefined)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function listen(
  server: Server,
  scheme: string,
): Promise<{ connections: Connections; sockets: Socket[] }> {
  const sockets: Socket[] = []
  server.on('connection', (socket) => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const connections = new Connections(targetUrl(`${scheme}://localhost:${address.port}`, 'chat'), 2000)
  open.push(async () => {
    connections.close()
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return { connections, sockets }
}

type Told = { body: string; connectMs: number; reusable: boolean | null; error: string | null }

/** Sends one request and tells what became of it. */
function send(connections: Connections): Promise<Told> {
  return new Promise((resolve) => {
    const told: Told = { body: '', connectMs: Number.NaN, reusable: null, error: null }
    const connection = connections.take()
    connection.send(HEAD, Buffer.from('{}'), {
      onSend: (connectMs) => {
        told.connectMs = connectMs
      },
      onHead: () => undefined,
      onBody: (bytes, start, end) => {
        told.body += bytes.toString('utf8', start, end)
      },
      onComplete: (_at, reusable) => {
        if (reusable) connections.release(connection)
        resolve({ ...told, reusable })
      },
      onError: (error) => resolve({ ...told, error: error.message }),
    })
  })
}

/** Answers each request, known by its end, with the next of these texts; the last one again and again. */
function answering(...answers: string[]) {
  return (socket: Socket) => {
    socket.on('data', (bytes) => {
      if (bytes.toString().endsWith('{}'))
        socket.write((answers.length > 1 ? answers.shift() : answers[0]) ?? '')
    })
  }
}

/** Waits until the connection that was used last is no longer one to send on. */
async function noneReady(connections: Connections): Promise<void> {
  const last = connections.take()
  connections.release(last)
  await expect.poll(() => last.ready).toBe(false)
}

describe('a connection', () => {
  it('is used again', async () => {
    const { connections, sockets } = await listen(createServer(answering(OK)), 'http')
    expect(await send(connections)).toMatchObject({ body: 'hi', reusable: true, error: null })
    expect(await send(connections)).toMatchObject({ body: 'hi', connectMs: 0 })
    expect(sockets).toHaveLength(1)
  })

  it('that the server closed while idle is not used', async () => {
    const { connections, sockets } = await listen(createServer(answering(OK)), 'http')
    await send(connections)
    sockets[0]?.destroy()
    await noneReady(connections)
    expect(await send(connections)).toMatchObject({ body: 'hi', error: null })
    expect(sockets).toHaveLength(2)
  })

  it('on which bytes come that no request asked for is not used', async () => {
    const { connections, sockets } = await listen(createServer(answering(`${OK}HTTP/1.1`, OK)), 'http')
    await send(connections)
    await noneReady(connections)
    expect(await send(connections)).toMatchObject({ body: 'hi', error: null })
    expect(sockets).toHaveLength(2)
  })

  it('that the server closes in mid-response says so', async () => {
    const server = createServer((socket) => {
      socket.on('data', () => socket.end(OK.slice(0, -1)))
    })
    const { connections } = await listen(server, 'http')
    expect(await send(connections)).toMatchObject({
      body: 'h',
      reusable: null,
      error: 'the server closed the connection',
    })
  })

  it('ends a body that is bounded by nothing else', async () => {
    const server = createServer((socket) => {
      socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\nhello'))
    })
    const { connections } = await listen(server, 'http')
    expect(await send(connections)).toMatchObject({ body: 'hello', reusable: false, error: null })
  })

  it('carries a large request whole', async () => {
    let received = 0
    const server = createServer((socket) => {
      socket.on('data', (bytes) => {
        received += bytes.length
        if (bytes.toString().endsWith('{}')) socket.write(OK)
      })
    })
    const { connections } = await listen(server, 'http')
    const body = Buffer.concat([Buffer.alloc(3_000_000, 'x'), Buffer.from('{}')])
    await new Promise<void>((resolve, reject) => {
      connections.take().send(HEAD, body, {
        onSend: () => undefined,
        onHead: () => undefined,
        onBody: () => undefined,
        onComplete: () => resolve(),
        onError: reject,
      })
    })
    expect(received).toBe(HEAD.length + body.length)
  })
})

describe('over TLS', () => {
  const tls = () => createTlsServer({ key: pem('key'), cert: pem('cert') }, answering(OK))

  it('a request is answered, by a server whose certificate is trusted', async () => {
    const before = getCACertificates()
    setDefaultCACertificates([...before, pem('cert')])
    open.push(async () => setDefaultCACertificates(before))
    const { connections, sockets } = await listen(tls(), 'https')
    await connections.warm(2)
    expect(await Promise.all([send(connections), send(connections)])).toMatchObject([
      { body: 'hi', connectMs: 0, reusable: true },
      { body: 'hi', connectMs: 0, reusable: true },
    ])
    expect(sockets).toHaveLength(2)
  })

  it('a certificate that nobody vouches for is refused', async () => {
    const { connections } = await listen(tls(), 'https')
    expect((await send(connections)).error).toMatch(/self-signed certificate/)
  })
})
