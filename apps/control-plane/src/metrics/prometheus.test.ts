import { expect, it } from 'vitest'
import { prometheusText } from './prometheus.ts'
import { addRequest, emptySeries, sumOf } from './series.ts'

const OF = { method: 'GET', route: '/a"b\\', status: 200 }

it('writes counters, cumulated buckets and gauges in Prometheus’ text format', () => {
  const first = emptySeries(OF)
  for (const seconds of [0.005, 0.0051, 0.3]) addRequest(first, seconds)
  const second = emptySeries(OF)
  addRequest(second, 11)
  const gauges = {
    runs: new Map([['completed', 3] as const]),
    agentsOnline: 2,
    sockets: { viewer: 5, agent: 2 },
  }
  const text = prometheusText([sumOf(first, second)], gauges)
  const labels = 'method="GET",route="/a\\"b\\\\",status="200"'
  const lines = text.split('\n')
  expect(lines.at(-1)).toBe('')
  expect(lines).toContain(`llm_loadtest_http_requests_total{${labels}} 4`)
  const buckets = lines.filter((line) => line.includes('_bucket{'))
  expect(buckets.map((line) => line.split('le=')[1])).toEqual([
    '"0.005"} 1',
    '"0.01"} 2',
    '"0.02"} 2',
    '"0.05"} 2',
    '"0.1"} 2',
    '"0.25"} 2',
    '"0.5"} 3',
    '"1"} 3',
    '"2.5"} 3',
    '"5"} 3',
    '"10"} 3',
    '"+Inf"} 4',
  ])
  expect(lines).toContain(`llm_loadtest_http_request_duration_seconds_count{${labels}} 4`)
  expect(lines).toContain('llm_loadtest_runs{status="completed"} 3')
  expect(lines).toContain('llm_loadtest_runs{status="failed"} 0')
  expect(lines).toContain('llm_loadtest_agents_online 2')
  expect(lines).toContain('llm_loadtest_sockets_open{kind="viewer"} 5')
  for (const line of lines.slice(0, -1)) {
    expect(line).toMatch(/^(# (HELP|TYPE) llm_loadtest_\w+ .+|llm_loadtest_\w+(\{.+\})? \d+(\.\d+)?)$/)
  }
})
