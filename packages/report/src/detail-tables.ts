import type { Distribution, RunConfig, RunResult } from '@llm-loadtest/schema'
import { reasonSentence } from '@llm-loadtest/schema/metrics'
import { gpuFacts } from './gpu-tables.ts'
import { type Cell, loadCells, type Table } from './summary.ts'

const LATENCIES = [
  ['TTFT (ms)', 'ttft'],
  ['TTFT from intended time (ms)', 'ttft_intended'],
  ['TTFO (ms)', 'ttfo'],
  ['TPOT (ms)', 'tpot'],
  ['ITL (ms)', 'itl'],
  ['ICL (ms)', 'icl'],
  ['E2E latency (ms)', 'e2e_latency'],
  ['Schedule lag (ms)', 'schedule_lag'],
] as const

const STATISTICS = ['count', 'min', 'mean', 'std', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const

const statisticCells = (values: Distribution | null): Cell[] =>
  STATISTICS.map((name) => values?.[name] ?? null)

/** Every distribution of every level: one row a level and metric. */
export function statisticsTable(result: RunResult): Table {
  return {
    name: 'Statistics',
    header: ['Level', 'Concurrency', 'Request rate (1/s)', 'Metric', ...STATISTICS],
    rows: result.results.flatMap((level) =>
      LATENCIES.map(([label, field]) => [...loadCells(level), label, ...statisticCells(level[field])]),
    ),
  }
}

/** Failed requests: one row a level and outcome class. */
export function errorsTable(result: RunResult): Table {
  return {
    name: 'Errors',
    header: ['Level', 'Concurrency', 'Request rate (1/s)', 'Outcome', 'Requests'],
    rows: result.results.flatMap((level) =>
      Object.entries(level.errors).map(([outcome, count]) => [...loadCells(level), outcome, count]),
    ),
  }
}

const asCell = (value: RunConfig[keyof RunConfig]): Cell =>
  value === undefined
    ? null
    : typeof value === 'string' || typeof value === 'number'
      ? value
      : JSON.stringify(value)

/** What was run, where, and whether its figures can be trusted. */
export function definitionTable(result: RunResult): Table {
  const reasons = result.validity.reasons.map(
    ({ level_index, reason }) => `level ${level_index + 1}: ${reasonSentence(reason)}`,
  )
  const about: [string, Cell][] = [
    ['run_id', result.run_id],
    ['status', result.status],
    ['started_at', result.started_at],
    ['completed_at', result.completed_at],
    ['duration_seconds', result.duration_seconds],
    ['error', result.error ? `${result.error.code}: ${result.error.message}` : null],
    ['validity', [result.validity.verdict, ...reasons].join('; ')],
    ...gpuFacts(result.gpu),
  ]
  const config = Object.entries(result.config).map(([field, value]): [string, Cell] => [field, asCell(value)])
  return { name: 'Run definition', header: ['Field', 'Value'], rows: [...about, ...config] }
}
