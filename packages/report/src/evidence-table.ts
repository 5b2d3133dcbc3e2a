import type { LevelResult, RunResult } from '@llm-loadtest/schema'
import { type Cell, loadCells, type Table } from './summary.ts'

type Evidence = LevelResult['validity']['evidence']
type Figure = {
  header: string
  value: (of: Evidence) => Cell
  /** Its header where a terminal's width counts, of a figure that a verdict depends on; null of the others. */
  short: string | null
}

const percentOf = (ratio: number | null): number | null => (ratio === null ? null : ratio * 100)

const FIGURES: readonly Figure[] = [
  { header: 'Schedule lag p50 (ms)', value: (of) => of.schedule_lag_p50_ms, short: null },
  { header: 'Schedule lag p99 (ms)', value: (of) => of.schedule_lag_p99_ms, short: 'Lag p99 (ms)' },
  { header: 'Loop delay p99 (ms)', value: (of) => of.event_loop_delay_p99_ms, short: 'Delay p99 (ms)' },
  { header: 'Loop delay max (ms)', value: (of) => of.event_loop_delay_max_ms, short: 'Delay max (ms)' },
  { header: 'Agent CPU (% of a core)', value: (of) => of.agent_cpu_percent, short: 'CPU (%)' },
  { header: 'Core wait (%)', value: (of) => of.cpu_wait_percent, short: 'Core wait (%)' },
  { header: 'GC pauses', value: (of) => of.gc_pauses, short: null },
  { header: 'GC total (ms)', value: (of) => of.gc_total_ms, short: null },
  { header: 'GC longest (ms)', value: (of) => of.gc_longest_ms, short: 'GC max (ms)' },
  { header: 'Read turns', value: (of) => of.read_turns, short: null },
  { header: 'Read backlog p99 (ms)', value: (of) => of.read_backlog_p99_ms, short: 'Backlog p99 (ms)' },
  { header: 'Read backlog max (ms)', value: (of) => of.read_backlog_max_ms, short: null },
  { header: 'Prompt wait (%)', value: (of) => of.prompt_wait_percent, short: 'Prompt wait (%)' },
  { header: 'Achieved rate (%)', value: (of) => percentOf(of.achieved_rate_ratio), short: 'Achieved (%)' },
  { header: 'Dropped', value: (of) => of.dropped_requests, short: 'Dropped' },
  { header: 'Clock', value: (of) => of.clock_source, short: null },
]

const JUDGED = FIGURES.filter(({ short }) => short !== null)

const verdictAnd = (figures: readonly Figure[], { validity }: LevelResult): Cell[] => [
  validity.verdict,
  ...figures.map(({ value }) => value(validity.evidence)),
]

/** What the load generator observed of itself: one row a level, every figure. */
export function evidenceTable({ results }: Pick<RunResult, 'results'>): Table {
  return {
    name: 'Evidence',
    header: ['Level', 'Concurrency', 'Request rate (1/s)', 'Verdict', ...FIGURES.map(({ header }) => header)],
    rows: results.map((level) => [...loadCells(level), ...verdictAnd(FIGURES, level)]),
  }
}

/** Each level's verdict and the figures it depends on, one row a level, with short headers. */
export function verdictTable({ results }: Pick<RunResult, 'results'>): Table {
  return {
    name: 'Verdicts',
    header: ['Verdict', ...JUDGED.map(({ short, header }) => short ?? header)],
    rows: results.map((level) => verdictAnd(JUDGED, level)),
  }
}
