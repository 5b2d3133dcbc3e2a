import type { RunStatus } from '@llm-loadtest/schema'
import { BUCKETS_SECONDS, type RequestSeries } from './series.ts'

const PREFIX = 'llm_loadtest_'
const STATUSES: readonly RunStatus[] = ['pending', 'running', 'completed', 'failed', 'cancelled']

export type Gauges = {
  runs: ReadonlyMap<RunStatus, number>
  agentsOnline: number
  sockets: { viewer: number; agent: number }
}

function labels(of: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(of).map(([name, value]) => {
    const escaped = String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    return `${name}="${escaped}"`
  })
  return `{${pairs.join(',')}}`
}

function head(name: string, type: 'counter' | 'gauge' | 'histogram', help: string): string[] {
  return [`# HELP ${PREFIX}${name} ${help}`, `# TYPE ${PREFIX}${name} ${type}`]
}

function histogramLines(series: RequestSeries): string[] {
  const { method, route, status, sumSeconds, buckets } = series
  const name = `${PREFIX}http_request_duration_seconds`
  const of = { method, route, status }
  let count = 0
  const lines = buckets.map((own, index) => {
    count += own
    return `${name}_bucket${labels({ ...of, le: BUCKETS_SECONDS[index] ?? '+Inf' })} ${count}`
  })
  return [...lines, `${name}_sum${labels(of)} ${sumSeconds}`, `${name}_count${labels(of)} ${count}`]
}

const total = ({ buckets }: RequestSeries): number => buckets.reduce((sum, count) => sum + count, 0)

/** The metrics in Prometheus' text format, version 0.0.4. */
export function prometheusText(requests: readonly RequestSeries[], gauges: Gauges): string {
  const runs = STATUSES.map((status) => `${PREFIX}runs${labels({ status })} ${gauges.runs.get(status) ?? 0}`)
  const sockets = Object.entries(gauges.sockets).map(
    ([kind, open]) => `${PREFIX}sockets_open${labels({ kind })} ${open}`,
  )
  const totals = requests.map(
    (series) =>
      `${PREFIX}http_requests_total${labels({ method: series.method, route: series.route, status: series.status })} ${total(series)}`,
  )
  const lines = [
    ...head('http_requests_total', 'counter', 'Requests answered, by route pattern.'),
    ...totals,
    ...head('http_request_duration_seconds', 'histogram', 'Time from a request to its answer, in seconds.'),
    ...requests.flatMap(histogramLines),
    ...head('runs', 'gauge', 'Runs stored, by status.'),
    ...runs,
    ...head('agents_online', 'gauge', 'Agents that are connected and were heard of lately.'),
    `${PREFIX}agents_online ${gauges.agentsOnline}`,
    ...head('sockets_open', 'gauge', 'WebSockets open, of viewers and of agents.'),
    ...sockets,
  ]
  return `${lines.join('\n')}\n`
}
