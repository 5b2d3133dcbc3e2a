import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { startFront } from './front.ts'
import { trustedProxies } from './trusted-proxies.ts'

const BIG_BODY_BYTES = 3_000_000

/** A worker that notes what it was asked and echoes bodies and messages. */
let worker: Server
let workerPort = 0
const asked: IncomingMessage[] = []

beforeAll(async () => {
  worker = createServer((message, response) => {
    asked.push(message)
    if (message.url === '/cut') return message.socket.destroy()
    if (message.url === '/not-modified') return response.writeHead(304, { ETag: '"a"' }).end()
    response.writeHead(201, { 'Set-Cookie': ['a=1', 'b=2'], Connection: 'close' })
    return message.pipe(response)
  })
  const sockets = new WebSocketServer({ noServer: true })
  worker.on('upgrade', (message, socket, head) => {
    asked.push(message)
    if (message.url === '/refused') {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\nX-Why: no\r\n\r\nnope')
      return
    }
    sockets.handleUpgrade(message, socket, head, (opened) => {
      opened.on('message', (data, isBinary) => opened.send(data, { binary: isBinary }))
      opened.send('hello')
    })
  })
  worker.listen(0, '127.0.0.1')
  await once(worker, 'listening')
  const address = worker.address()
  workerPort = address !== null && typeof address === 'object' ? address.port : 0
})
afterAll(() => {
  worker.closeAllConnections()
  worker.close()
})
beforeEach(() => {
  asked.length = 0
})

async function withFront<T>(trusted: string, use: (url: string) => Promise<T>): Promise<T> {
  const front = await startFront({
    host: '127.0.0.1',
    port: 0,
    workerPort,
    isTrustedProxy: trustedProxies(trusted),
  })
  try {
    return await use(front.url)
  } finally {
    await front.close()
  }
}

/** Sends bytes as they are, and gives back all that comes until the end. */
async function raw(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let answer = ''
  socket.on('data', (data) => {
    answer += String(data)
  })
  socket.write(text)
  await once(socket, 'close')
  return answer
}

const FORGED = {
  'CF-Connecting-IP': '9.9.9.9',
  'X-Forwarded-For': '8.8.8.8',
  'X-Forwarded-Proto': 'https',
  'X-Real-IP': '7.7.7.7',
  Forwarded: 'for=6.6.6.6',
  'MF-Original-URL': 'https://elsewhere.example/',
  'MF-CF-Blob': '{}',
}

describe('what the worker is told', () => {
  it('is who opened the connection, and nothing that a client claims of itself', () =>
    withFront('', async (url) => {
      await fetch(`${url}/path?query=1`, { headers: { ...FORGED, 'X-API-Key': 'k' } })
      const [got] = asked
      expect(got?.url).toBe('/path?query=1')
      expect(got?.headers['x-api-key']).toBe('k')
      expect(got?.headers.host).toBe(new URL(url).host)
      const claims = Object.keys(got?.headers ?? {}).filter((name) =>
        /^(mf|cf|x-forw|forw|x-real)/.test(name),
      )
      expect(claims).toEqual(['cf-connecting-ip'])
      expect(got?.headers['cf-connecting-ip']).toBe('127.0.0.1')
    }))

  it('is what a trusted proxy says: the client, and that it came over TLS', () =>
    withFront('127.0.0.1', async (url) => {
      const headers = { 'X-Forwarded-For': '6.6.6.6, 8.8.8.8', 'X-Forwarded-Proto': 'https' }
      await fetch(`${url}/path?query=1`, { headers })
      const [got] = asked
      expect(got?.headers['cf-connecting-ip']).toBe('8.8.8.8')
      expect(got?.headers['mf-original-url']).toBe(`https://${new URL(url).host}/path?query=1`)
    }))
})

describe('requests', () => {
  it('go there and back whole, with every header, whether their length is told or not', () =>
    withFront('', async (url) => {
      const body = 'x'.repeat(BIG_BODY_BYTES)
      const told = await fetch(`${url}/echo`, { method: 'POST', body })
      expect([told.status, told.headers.getSetCookie(), await told.text()]).toEqual([
        201,
        ['a=1', 'b=2'],
        body,
      ])
      const untold = await fetch(`${url}/echo`, {
        method: 'DELETE',
        body: new Blob([body]).stream(),
        duplex: 'half',
      })
      expect(await untold.text()).toBe(body)
      const empty = await fetch(`${url}/not-modified`)
      expect([empty.status, empty.headers.get('etag'), await empty.text()]).toEqual([304, '"a"', ''])
    }))

  it('get a problem when the worker hangs up', () =>
    withFront('', async (url) => {
      const answer = await fetch(`${url}/cut`)
      expect([answer.status, await answer.json()]).toEqual([
        503,
        expect.objectContaining({ error: expect.objectContaining({ code: 'unavailable' }) }),
      ])
    }))

  it.each([
    ['GET /cdn-cgi/handler/scheduled HTTP/1.1\r\nHost: localhost', 404],
    ['GET /a/../cdn-cgi/explorer HTTP/1.1\r\nHost: localhost', 404],
    ['GET http://elsewhere.example/ HTTP/1.1\r\nHost: localhost', 400],
    ['GET / HTTP/1.1\r\nHost: a b', 400],
    ['GET / HTTP/1.1', 400],
  ])('that are not for the worker end here: %s', (head, status) =>
    withFront('', async (url) => {
      const answer = await raw(url, `${head}\r\nConnection: close\r\n\r\n`)
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(asked).toEqual([])
    }))

  it('are given up when the client leaves', () =>
    withFront('', async (url) => {
      const call = request(`${url}/upload`, { method: 'POST' })
      call.on('error', () => undefined)
      call.write('begun')
      await once(worker, 'request')
      call.destroy()
      await expect.poll(() => asked[0]?.destroyed).toBe(true)
    }))
})

describe('WebSockets', () => {
  it('pass both ways, with what they were opened with', () =>
    withFront('', async (url) => {
      const socket = new WebSocket(url.replace('http', 'ws'), { headers: FORGED })
      const [hello] = await once(socket, 'message')
      expect(String(hello)).toBe('hello')
      socket.send('x'.repeat(100_000))
      const [echo] = await once(socket, 'message')
      expect(String(echo)).toBe('x'.repeat(100_000))
      expect(asked[0]?.headers).toMatchObject({ 'cf-connecting-ip': '127.0.0.1', upgrade: 'websocket' })
      expect(asked[0]?.headers).not.toHaveProperty('mf-original-url')
      socket.close(4001, 'done')
      expect((await once(socket, 'close'))[0]).toBe(4001)
    }))

  it('are refused as the worker refuses them', () =>
    withFront('', async (url) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/refused`)
      const [, response] = await once(socket, 'unexpected-response')
      let body = ''
      for await (const chunk of response) body += chunk
      expect([response.statusCode, response.headers['x-why'], body]).toEqual([403, 'no', 'nope'])
    }))

  it('are cut when the front closes', async () => {
    const socket = await withFront('', async (url) => {
      const opened = new WebSocket(url.replace('http', 'ws'))
      await once(opened, 'message')
      return opened
    })
    if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close')
    expect(socket.readyState).toBe(WebSocket.CLOSED)
  })
})
