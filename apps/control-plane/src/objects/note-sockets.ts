import type { WorkerEnv } from '../env.ts'
import { logError } from '../log.ts'
import type { SocketKind } from './metrics-store.ts'
import { metricsStore } from './stubs.ts'

/** Tells the metrics how many sockets an object has open. Nobody waits for it; a failure is logged only. */
export function noteSockets(ctx: DurableObjectState, env: WorkerEnv, kind: SocketKind, name: string): void {
  const open = ctx.getWebSockets().filter((socket) => socket.readyState === WebSocket.OPEN).length
  const noted = async () => {
    try {
      await metricsStore(env).noteSockets(kind, name, open)
    } catch (error) {
      logError('counting the open sockets failed', error)
    }
  }
  ctx.waitUntil(noted())
}
