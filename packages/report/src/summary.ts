import type { LevelResult, RunResult } from '@llm-loadtest/schema'

/** A value in an exported table; null is an empty cell: a value that could not be had. */
export type Cell = string | number | null
export type Table = { name: string; header: string[]; rows: Cell[][] }

type Column = { header: string; value: (level: LevelResult) => Cell }

/** A level's concurrency; a replay, which has neither a concurrency nor a rate, says so. */
export const concurrencyCell = ({ concurrency, request_rate }: LevelResult): Cell =>
  concurrency === null && request_rate === null ? 'replay' : concurrency

/** What a level was loaded with: its number, concurrency and request rate. */
export const loadCells = (level: LevelResult): Cell[] => [
  level.index + 1,
  concurrencyCell(level),
  level.request_rate,
]

/** The summary's columns: headers exactly as METRICS names them, latencies in ms. */
const SUMMARY_COLUMNS: readonly Column[] = [
  { header: 'Concurrency', value: concurrencyCell },
  { header: 'Throughput (tok/s)', value: (level) => level.throughput_tokens_per_sec },
  { header: 'TTFT p50 (ms)', value: (level) => level.ttft?.p50 ?? null },
  { header: 'TTFT p99 (ms)', value: (level) => level.ttft?.p99 ?? null },
  { header: 'TPOT p50 (ms)', value: (level) => level.tpot?.p50 ?? null },
  { header: 'TPOT p99 (ms)', value: (level) => level.tpot?.p99 ?? null },
  { header: 'E2E p50 (ms)', value: (level) => level.e2e_latency?.p50 ?? null },
  { header: 'E2E p99 (ms)', value: (level) => level.e2e_latency?.p99 ?? null },
  { header: 'Requests', value: (level) => level.total_requests },
  { header: 'Success', value: (level) => level.successful_requests },
  { header: 'Error Rate (%)', value: (level) => level.error_rate_percent },
  { header: 'Goodput (%)', value: (level) => level.goodput?.goodput_percent ?? null },
]

/** One row a load level, in the order the levels were run. */
export function summaryTable(result: Pick<RunResult, 'results'>): Table {
  return {
    name: 'Summary',
    header: SUMMARY_COLUMNS.map((column) => column.header),
    rows: result.results.map((level) => SUMMARY_COLUMNS.map((column) => column.value(level))),
  }
}
