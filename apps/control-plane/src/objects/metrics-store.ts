import { DurableObject } from 'cloudflare:workers'
import { z } from 'zod'
import type { WorkerEnv } from '../env.ts'
import { RequestSeries, seriesKey, sumOf } from '../metrics/series.ts'

const REQUESTS = 'requests '
const SOCKETS = 'sockets '
/** Who has sockets open says so again and again; what was not said for so long is of an object that died. */
const SOCKETS_COUNT_MS = 120_000

const OpenSockets = z.object({ kind: z.enum(['viewer', 'agent']), open: z.int(), atMs: z.number() })
export type SocketKind = z.infer<typeof OpenSockets>['kind']

/** The counts of all isolates of the worker and the sockets of all its objects: there is one store. */
export class MetricsStore extends DurableObject<WorkerEnv> {
  addRequests(added: RequestSeries[]): void {
    const { kv } = this.ctx.storage
    for (const series of added) {
      const key = REQUESTS + seriesKey(series)
      const before = RequestSeries.optional().parse(kv.get(key))
      kv.put(key, before ? sumOf(before, series) : series)
    }
  }

  /** Notes how many sockets an agent's or a run's object has open. */
  noteSockets(kind: SocketKind, name: string, open: number): void {
    const { kv } = this.ctx.storage
    const key = `${SOCKETS}${kind} ${name}`
    if (open === 0) kv.delete(key)
    else kv.put(key, { kind, open, atMs: Date.now() } satisfies z.infer<typeof OpenSockets>)
  }

  read(): { requests: RequestSeries[]; sockets: Record<SocketKind, number> } {
    const { kv } = this.ctx.storage
    const requests = Array.from(kv.list({ prefix: REQUESTS }), ([, value]) => RequestSeries.parse(value))
    const sockets = { viewer: 0, agent: 0 }
    for (const [key, value] of [...kv.list({ prefix: SOCKETS })]) {
      const { kind, open, atMs } = OpenSockets.parse(value)
      if (Date.now() - atMs > SOCKETS_COUNT_MS) kv.delete(key)
      else sockets[kind] += open
    }
    return { requests, sockets }
  }
}
