import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { RunDefinition, type RunDefinitionInput } from '@llm-loadtest/schema'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { OpenAiBackend } from './openai-backend.ts'

const Body = z.looseObject({ stream_options: z.record(z.string(), z.boolean()).optional() })
const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function serve(handler: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}`, server }
}

function backendFor(url: string, over: Partial<RunDefinitionInput> = {}): OpenAiBackend {
  const run = RunDefinition.parse({ server_url: url, model: 'm', timeout: 5, ...over })
  const backend = new OpenAiBackend(run, run.api_key)
  open.push(() => backend.close())
  return backend
}

const send = (backend: OpenAiBackend, id = 'r') => backend.send(backend.prepare({ prompt: 'hi' }, 4), id)
const bodyOf = async (request: IncomingMessage) => Body.parse(JSON.parse(await text(request)))
const OK = `${[
  '{"choices":[{"delta":{"content":"a"}}]}',
  '{"choices":[{"delta":{},"finish_reason":"stop"}]}',
  '[DONE]',
]
  .map((data) => `data: ${data}\n\n`)
  .join('')}`

describe('what is sent', () => {
  it('is the request the definition describes', async () => {
    const seen: { url: string | undefined; headers: object; body: object }[] = []
    const { url } = await serve(async (request, response) => {
      seen.push({ url: request.url, headers: request.headers, body: await bodyOf(request) })
      response.end(OK)
    })
    const backend = backendFor(`${url}/v1`, {
      api_key: 'secret-key',
      ignore_eos: true,
      headers: { 'X-Team': 'blue' },
      extra_body: { top_p: 0.5 },
    })
    expect((await send(backend, 'id-1')).outcome).toBe('ok')
    expect(seen[0]).toMatchObject({
      url: '/v1/chat/completions',
      headers: { authorization: 'Bearer secret-key', 'x-team': 'blue', 'x-request-id': 'id-1' },
      body: {
        model: 'm',
        messages: [{ role: 'user', content: 'hi' }],
        max_tokens: 4,
        min_tokens: 4,
        ignore_eos: true,
        top_p: 0.5,
        stream: true,
        stream_options: { include_usage: true, continuous_usage_stats: true },
      },
    })
    expect(seen[0]?.body).not.toHaveProperty('temperature')
  })

  it('leaves out what the server refuses, once and for all', async () => {
    const asked: (object | undefined)[] = []
    const { url } = await serve(async (request, response) => {
      const { stream_options: options } = await bodyOf(request)
      asked.push(options)
      const refused = options && Object.keys(options).at(-1)
      if (refused)
        response
          .writeHead(400)
          .end(JSON.stringify({ error: { message: `unknown: stream_options.${refused}` } }))
      else response.end(OK)
    })
    const backend = backendFor(url)
    expect((await send(backend)).outcome).toBe('ok')
    expect((await send(backend)).outcome).toBe('ok')
    expect(asked).toEqual([
      { include_usage: true, continuous_usage_stats: true },
      { include_usage: true },
      undefined,
      undefined,
    ])
  })

  it('finds what was refused late in a long message', async () => {
    const { url } = await serve(async (request, response) => {
      const refused = (await bodyOf(request)).stream_options
      const detail = [{ input: 'x'.repeat(600) }, { loc: ['body', 'stream_options'] }]
      if (refused) response.writeHead(422).end(JSON.stringify({ detail }))
      else response.end(OK)
    })
    expect((await send(backendFor(url))).outcome).toBe('ok')
  })

  it('asks for no coding unless the run does', async () => {
    const seen: (string | undefined)[] = []
    const { url } = await serve((request, response) => {
      seen.push(request.headers['accept-encoding'])
      response.end(OK)
    })
    await send(backendFor(url))
    await send(backendFor(url, { headers: { 'Accept-Encoding': 'gzip' } }))
    expect(seen).toEqual(['identity', 'gzip'])
  })

  it('does not try again after any other 400', async () => {
    let requests = 0
    const { url } = await serve((_request, response) => {
      requests++
      response.writeHead(400).end('{"error":{"message":"prompt is too long"}}')
    })
    const exchange = await send(backendFor(url))
    expect([exchange.outcome, exchange.errorMessage, requests]).toEqual(['HTTP_400', 'prompt is too long', 1])
  })
})

describe('connections', () => {
  it('are opened ahead, used again, and told apart by connect_ms', async () => {
    let sockets = 0
    const { url, server } = await serve((_request, response) => response.end(OK))
    server.on('connection', () => sockets++)
    const backend = backendFor(url)
    await backend.warm(3)
    await expect.poll(() => sockets).toBe(3)
    const warm = await Promise.all([send(backend), send(backend), send(backend)])
    expect(warm.map(({ connectMs }) => connectMs)).toEqual([0, 0, 0])
    const [, , , fresh] = await Promise.all([send(backend), send(backend), send(backend), send(backend)])
    expect(fresh.connectMs).toBeGreaterThan(0)
    expect(sockets).toBe(4)
  })

  it('are opened anew when the server closes them', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { connection: 'close' }).end(OK)
    })
    const backend = backendFor(url)
    const exchanges = [await send(backend), await send(backend)]
    expect(exchanges.map(({ outcome }) => outcome)).toEqual(['ok', 'ok'])
    expect(exchanges.every(({ connectMs }) => connectMs > 0)).toBe(true)
  })
})

describe('ends', () => {
  it('cancelled requests at once', async () => {
    const { url } = await serve((_request, response) => {
      response.write(OK.slice(0, 60))
    })
    const backend = backendFor(url)
    const sending = [send(backend), send(backend)]
    backend.cancelInFlight()
    expect((await Promise.all(sending)).map(({ outcome }) => outcome)).toEqual(['CANCELLED', 'CANCELLED'])
  })

  it('streams with [DONE], although the server leaves their bodies open', async () => {
    const { url } = await serve((_request, response) => void response.write(OK))
    const backend = backendFor(url)
    const exchanges = [await send(backend), await send(backend)]
    expect(exchanges.map(({ outcome }) => outcome)).toEqual(['ok', 'ok'])
    expect(exchanges.every(({ connectMs }) => connectMs > 0)).toBe(true)
  })

  it('a connection that is never answered by its deadline', async () => {
    // 192.0.2.0/24 is reserved for documentation: nothing answers there.
    const exchange = await send(backendFor('http://192.0.2.1:9', { timeout: 0.2 }))
    expect(['TIMEOUT', 'CONNECTION_ERROR']).toContain(exchange.outcome)
    expect(exchange.sentAt).toBeNaN()
  })

  it('an answer that is no HTTP as CONNECTION_ERROR', async () => {
    const server = createTcpServer((socket) => socket.resume().end('SSH-2.0-OpenSSH_9\r\n\r\n')).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    open.push(async () => {
      server.close()
      await once(server, 'close')
    })
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const exchange = await send(backendFor(`http://127.0.0.1:${port}`))
    expect([exchange.outcome, exchange.errorMessage]).toEqual([
      'CONNECTION_ERROR',
      'what answers there is not HTTP: it begins with "SSH-2.0-OpenSSH_9"',
    ])
  })

  it('a JSON answer to a streaming request as STREAM_ERROR that says what to do', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":[]}')
    })
    const exchange = await send(backendFor(url))
    expect([exchange.outcome, exchange.errorMessage]).toEqual([
      'STREAM_ERROR',
      'the server answered JSON instead of an event stream: measure it without streaming',
    ])
  })

  it.each([
    ['a plain text', 'upstream is down', 'upstream is down'],
    ['nothing', '', 'the server answered 502'],
    ['the key', '{"error":{"message":"bad key secret-key"}}', 'bad key [redacted]'],
  ])('an HTTP error with %s in its body', async (_, body, message) => {
    const { url } = await serve((_request, response) => response.writeHead(502).end(body))
    const exchange = await send(backendFor(url, { api_key: 'secret-key' }))
    expect([exchange.outcome, exchange.errorMessage]).toEqual(['HTTP_502', message])
  })

  it.each([
    [
      302,
      { location: '/v2/?key=secret-key' },
      'the server redirects to /v2/?key=[redacted]: measure at that address',
    ],
    [302, {}, 'gone'],
    [429, { 'retry-after': '20' }, 'gone (Retry-After: 20)'],
  ])('HTTP %i with the headers %j, told', async (status, headers, message) => {
    const { url } = await serve((_request, response) => response.writeHead(status, headers).end('gone'))
    const exchange = await send(backendFor(url, { api_key: 'secret-key' }))
    expect([exchange.outcome, exchange.errorMessage]).toEqual([`HTTP_${status}`, message])
  })

  it('a stream that the server itself aborted as STREAM_ERROR', async () => {
    const { url } = await serve((_request, response) => response.end(OK.replace('"stop"', '"abort"')))
    expect((await send(backendFor(url))).outcome).toBe('STREAM_ERROR')
  })
})

it('leaves at most 32 connections open whose bodies do not end after [DONE]', async () => {
  let now = 0
  let most = 0
  const { url, server } = await serve((_request, response) => void response.write(OK))
  server.on('connection', (socket) => {
    most = Math.max(most, ++now)
    socket.on('close', () => now--)
  })
  const backend = backendFor(url)
  for (let round = 0; round < 10; round++) {
    const ended = await Promise.all(Array.from({ length: 10 }, () => send(backend)))
    expect(ended.map(({ outcome }) => outcome)).toEqual(new Array(10).fill('ok'))
  }
  // Those of a round are new before the server has seen the oldest close.
  expect(most).toBeLessThanOrEqual(32 + 10 + 10)
  expect(most).toBeGreaterThanOrEqual(32)
})
