import type { Context } from 'hono'
import type { WorkerEnv } from '../env.ts'
import type { AppEnv } from '../http.ts'
import { logError } from '../log.ts'
import { metricsStore } from '../objects/stubs.ts'
import { addRequest, emptySeries, type RequestSeries, seriesKey, sumOf } from './series.ts'

const FLUSH_INTERVAL_MS = 5000
/** A client may send any word as its method: each would be a series for ever. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

// A worker runs in several isolates: each counts here, and hands its counts to the one MetricsStore.
const counted = new Map<string, RequestSeries>()
let flushedAtMs = 0

function add(series: RequestSeries): void {
  const key = seriesKey(series)
  const before = counted.get(key)
  counted.set(key, before ? sumOf(before, series) : series)
}

/** Hands what this isolate has counted to the store. A failure is logged, and what it held is handed over next time. */
export async function flushRequestCounts(env: WorkerEnv): Promise<void> {
  flushedAtMs = Date.now()
  const taken = [...counted.values()]
  counted.clear()
  if (taken.length === 0) return
  try {
    await metricsStore(env).addRequests(taken)
  } catch (error) {
    for (const series of taken) add(series)
    logError('handing over the request counts failed', error)
  }
}

/** Counts a request, and hands the counts over when that was not done for some seconds. */
export function countRequest(
  c: Context<AppEnv>,
  request: { method: string; route: string; status: number; ms: number },
): void {
  const { route, status, ms } = request
  const series = emptySeries({
    method: METHODS.has(request.method) ? request.method : 'other',
    route,
    status,
  })
  addRequest(series, ms / 1000)
  add(series)
  const isBound = (c.env as Partial<WorkerEnv> | undefined)?.METRICS_STORE !== undefined
  if (isBound && Date.now() - flushedAtMs >= FLUSH_INTERVAL_MS)
    c.executionCtx.waitUntil(flushRequestCounts(c.env))
}
