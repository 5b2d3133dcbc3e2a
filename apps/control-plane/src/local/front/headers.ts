import type { IncomingMessage } from 'node:http'
import type { Client } from './client.ts'

/** Of one connection, not of the message. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
])

/** What only the platform may say: the runtime obeys some of it, and the worker believes the rest. */
const PLATFORM = /^(mf-|cf-|x-forwarded-|forwarded$|x-real-ip$|true-client-ip$)/

/** The name-value pairs of a raw header list that pass a test. */
function pairs(raw: string[], passes: (name: string) => boolean): [string, string][] {
  const kept: [string, string][] = []
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name = '', value = ''] = raw.slice(i, i + 2)
    if (passes(name.toLowerCase())) kept.push([name, value])
  }
  return kept
}

/** Headers of a message that came, as they go on in the answer. */
export function passedOn(message: IncomingMessage): [string, string][] {
  return pairs(message.rawHeaders, (name) => !HOP_BY_HOP.has(name))
}

/** Headers of a client's request as the worker gets them: with its address, and the address it asked for if over TLS. */
export function workerHeaders(request: IncomingMessage, client: Client): string[] {
  const kept = pairs(request.rawHeaders, (name) => !HOP_BY_HOP.has(name) && !PLATFORM.test(name))
  kept.push(['CF-Connecting-IP', client.address])
  if (client.scheme === 'https') {
    kept.push(['MF-Original-URL', `https://${request.headers.host ?? ''}${request.url ?? '/'}`])
  }
  if (request.headers['transfer-encoding'] !== undefined) kept.push(['Transfer-Encoding', 'chunked'])
  return kept.flat()
}
