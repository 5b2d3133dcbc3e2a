import { z } from 'zod'

/** Upper bounds of the latency histogram's buckets, seconds; what is slower counts in the last one, +Inf. */
export const BUCKETS_SECONDS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

/** Requests of one method, route pattern and status: `buckets` is how many fell into each, not cumulated. */
export const RequestSeries = z.object({
  method: z.string(),
  route: z.string(),
  status: z.int(),
  sumSeconds: z.number(),
  buckets: z.array(z.int()).length(BUCKETS_SECONDS.length + 1),
})
export type RequestSeries = z.infer<typeof RequestSeries>

export function seriesKey({
  method,
  route,
  status,
}: Pick<RequestSeries, 'method' | 'route' | 'status'>): string {
  return `${method} ${route} ${status}`
}

export function emptySeries(of: Pick<RequestSeries, 'method' | 'route' | 'status'>): RequestSeries {
  return { ...of, sumSeconds: 0, buckets: Array.from({ length: BUCKETS_SECONDS.length + 1 }, () => 0) }
}

/** Adds a request that took `seconds` to its series. */
export function addRequest(series: RequestSeries, seconds: number): void {
  const found = BUCKETS_SECONDS.findIndex((bound) => seconds <= bound)
  const index = found === -1 ? BUCKETS_SECONDS.length : found
  series.buckets[index] = (series.buckets[index] ?? 0) + 1
  series.sumSeconds += seconds
}

export function sumOf(a: RequestSeries, b: RequestSeries): RequestSeries {
  return {
    ...a,
    sumSeconds: a.sumSeconds + b.sumSeconds,
    buckets: a.buckets.map((count, index) => count + (b.buckets[index] ?? 0)),
  }
}
