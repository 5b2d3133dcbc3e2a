import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { plainAddress } from './trusted-proxies.ts'

/** Who sent a request, and whether over TLS up to the first proxy. */
export type Client = { address: string; scheme: 'http' | 'https' }

/** The last of the values that proxies have added to a header. */
function lastOf(header: string | string[] | undefined): string | undefined {
  return [header].flat().at(-1)?.split(',').at(-1)?.trim()
}

/**
 * The client of a request: whoever opened the connection, unless that is a trusted proxy. Then it is the last address of
 * X-Forwarded-For that is none itself: those before it are only the client's own word.
 */
export function clientOf(
  peer: string,
  headers: IncomingHttpHeaders,
  isTrusted: (address: string) => boolean,
): Client {
  let address = plainAddress(peer)
  if (!isTrusted(address)) return { address, scheme: 'http' }
  const scheme = lastOf(headers['x-forwarded-proto']) === 'https' ? 'https' : 'http'
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
  for (const text of forwarded.reverse()) {
    const next = plainAddress(text.trim())
    if (isIP(next) === 0) break
    address = next
    if (!isTrusted(next)) break
  }
  return { address, scheme }
}
