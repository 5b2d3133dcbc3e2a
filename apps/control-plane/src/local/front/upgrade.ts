import { type Agent, request as httpRequest, type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type AppError, UnavailableError } from '../../errors.ts'
import type { Client } from './client.ts'
import { passedOn, workerHeaders } from './headers.ts'
import { problemAnswer } from './refusal.ts'

function head(status: number, headers: [string, string][]): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines}\r\n`
}

/** Answers an upgrade with a problem, and hangs up. */
export function refuseUpgrade(socket: Duplex, error: AppError): void {
  const { status, headers, body } = problemAnswer(error)
  socket.end(head(status, [...Object.entries(headers), ['Connection', 'close']]) + body)
}

function join(a: Duplex, b: Duplex): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.pipe(to)
    from.once('close', () => to.destroy())
    from.once('error', () => to.destroy())
  }
}

/** Passes a WebSocket on to the worker: its handshake, then every byte of both sides. */
export function passUpgrade(
  upstream: { port: number; agent: Agent },
  incoming: { request: IncomingMessage; socket: Duplex; early: Buffer; client: Client },
): void {
  const { request, socket, early, client } = incoming
  const handshake = httpRequest({
    host: '127.0.0.1',
    port: upstream.port,
    method: request.method,
    path: request.url,
    agent: false,
    headers: [...workerHeaders(request, client), 'Connection', 'Upgrade', 'Upgrade', 'websocket'],
  })
  socket.once('error', () => handshake.destroy())
  socket.once('close', () => handshake.destroy())
  handshake.once('error', (error) => {
    refuseUpgrade(
      socket,
      new UnavailableError('The control plane is not ready; try again in a moment.', error),
    )
  })
  handshake.once('upgrade', (answer, worker, first) => {
    const opened: [string, string][] = [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
    ]
    socket.write(head(101, [...passedOn(answer), ...opened]))
    socket.write(first)
    worker.write(early)
    join(socket, worker)
  })
  handshake.once('response', (answer) => {
    socket.write(head(answer.statusCode ?? 502, [...passedOn(answer), ['Connection', 'close']]))
    answer.pipe(socket)
  })
  handshake.end()
}
