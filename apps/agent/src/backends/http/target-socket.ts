import type { Socket } from 'node:net'
import { buildConnector } from 'undici'
import type { TargetUrl } from './target-url.ts'

/** Address a name was first resolved to, so that DNS is asked once a run. */
export type ResolvedAddress = { ip: string | null }

/** Called for each read: the first `length` bytes of the buffer, lent until the call returns. */
export type OnRead = (buffer: Buffer, length: number) => void

/**
 * Every socket of a thread reads into the same memory: a read is handled before the next one begins, so nothing is
 * allocated for what comes in.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024)

const isIpLiteral = (hostname: string): boolean => /^[\d.]+$|:/.test(hostname)

/** Opens a connection with undici's connector, which sees to TLS, ALPN, TCP_NODELAY and keep-alive probes. */
export function openSocket(
  { url, address, timeoutMs }: { url: TargetUrl; address: ResolvedAddress; timeoutMs: number },
  onRead: OnRead,
): Promise<Socket> {
  const connect = buildConnector({
    timeout: timeoutMs,
    autoSelectFamily: address.ip === null,
    onread: {
      buffer: READ_BUFFER,
      callback: (length) => {
        onRead(READ_BUFFER, length)
        return true
      },
    },
  })
  const target = {
    hostname: address.ip ?? url.hostname,
    protocol: url.tls ? 'https:' : 'http:',
    port: String(url.port),
    ...(isIpLiteral(url.hostname) ? {} : { servername: url.hostname }),
  }
  return new Promise((resolve, reject) => {
    connect(target, (...[error, socket]) => {
      if (error) reject(error)
      else {
        address.ip ??= socket.remoteAddress ?? null
        resolve(socket)
      }
    })
  })
}
