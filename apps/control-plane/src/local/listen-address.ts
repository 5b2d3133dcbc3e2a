import { once } from 'node:events'
import { createServer, isIPv6 } from 'node:net'

import { isLoopback } from '../domain/loopback.ts'
import { ListenFailedError, OpenListenerError, PortTakenError } from './errors.ts'

/** Throws OpenListenerError when others could reach a control plane that asks for no key, and nobody agreed to that. */
export function assertMayListen(host: string, vars: Record<string, string>): void {
  if (isLoopback(host) || vars['LLM_LOADTEST_API_KEY'] || vars['LLM_LOADTEST_ALLOW_OPEN'] === '1') return
  throw new OpenListenerError(host)
}

/** Listens for a moment. Throws PortTakenError, or ListenFailedError when the address is not to be had at all. */
export async function assertPortFree(host: string, port: number): Promise<void> {
  const probe = createServer()
  try {
    probe.listen(port, host)
    await once(probe, 'listening')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new PortTakenError(host, port, error)
    }
    throw new ListenFailedError(host, port, error)
  }
  probe.close()
  await once(probe, 'close')
}

/** The address a client on this machine uses for a listener on `host`. */
export function localUrl(host: string, port: string): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`
}
