import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { ApiError } from './api-error.ts'
import { createClient } from './client.ts'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}`
}

async function failure(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof ApiError) return error
  throw new Error(`expected an ApiError, got ${String(error)}`)
}

it('sends the API key and gives the data', async () => {
  const baseUrl = await serve((request, response) => {
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ agents: [request.headers['x-api-key']] }))
  })
  const { data } = await createClient({ baseUrl, apiKey: 'k' }).GET('/api/v1/agents')
  expect(data).toEqual({ agents: ['k'] })
})

it('turns a problem into an ApiError with its fields', async () => {
  const details = [{ path: 'model', message: 'is required' }]
  const baseUrl = await serve((_request, response) => {
    response.writeHead(422, { 'Content-Type': 'application/json' })
    response.end(
      JSON.stringify({ error: { code: 'unprocessable', message: 'no', request_id: 'r1', details } }),
    )
  })
  const error = await failure(createClient({ baseUrl }).GET('/api/v1/agents'))
  expect(error).toMatchObject({
    status: 422,
    code: 'unprocessable',
    message: 'no',
    requestId: 'r1',
    details,
  })
})

it('turns any other failing answer into an ApiError too', async () => {
  const baseUrl = await serve((_request, response) => {
    response.writeHead(502)
    response.end('<h1>Bad gateway</h1>')
  })
  const error = await failure(createClient({ baseUrl }).GET('/api/v1/agents'))
  expect(error).toMatchObject({ status: 502, code: 'internal', requestId: null, details: [] })
})

it('tells when nobody answers', async () => {
  const error = await failure(createClient({ baseUrl: 'http://127.0.0.1:1' }).GET('/api/v1/agents'))
  expect(error).toMatchObject({ status: 0, code: 'unreachable' })
})
