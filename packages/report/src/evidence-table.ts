import type { LevelResult, RunResult } from '@llm-loadtest/schema'
import { type Cell, loadCells, type Table } from './summary.ts'

type Evidence = LevelResult['validity']['evidence']
type Figure = {
  header: string
  value: (of: Evidence) => Cell
  /** Whether a verdict depends on it. */
  judged: boolean
}

const percentOf = (ratio: number | null): number | null => (ratio === null ? null : ratio * 100)

const FIGURES: readonly Figure[] = [
  { header: 'Schedule lag p50 (ms)', value: (of) => of.schedule_lag_p50_ms, judged: false },
  { header: 'Schedule lag p99 (ms)', value: (of) => of.schedule_lag_p99_ms, judged: true },
  { header: 'Loop delay p99 (ms)', value: (of) => of.event_loop_delay_p99_ms, judged: true },
  { header: 'Loop delay max (ms)', value: (of) => of.event_loop_delay_max_ms, judged: true },
  { header: 'Agent CPU (% of a core)', value: (of) => of.agent_cpu_percent, judged: true },
  { header: 'Core wait (%)', value: (of) => of.cpu_wait_percent, judged: true },
  { header: 'GC pauses', value: (of) => of.gc_pauses, judged: false },
  { header: 'GC total (ms)', value: (of) => of.gc_total_ms, judged: false },
  { header: 'GC longest (ms)', value: (of) => of.gc_longest_ms, judged: true },
  { header: 'Read turns', value: (of) => of.read_turns, judged: false },
  { header: 'Read backlog p99 (ms)', value: (of) => of.read_backlog_p99_ms, judged: true },
  { header: 'Read backlog max (ms)', value: (of) => of.read_backlog_max_ms, judged: false },
  { header: 'Prompt wait (%)', value: (of) => of.prompt_wait_percent, judged: true },
  { header: 'Achieved rate (%)', value: (of) => percentOf(of.achieved_rate_ratio), judged: true },
  { header: 'Dropped', value: (of) => of.dropped_requests, judged: true },
  { header: 'Clock', value: (of) => of.clock_source, judged: false },
]

const JUDGED = FIGURES.filter(({ judged }) => judged)

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

/** Each level's verdict and the figures it depends on, one row a level. */
export function verdictTable({ results }: Pick<RunResult, 'results'>): Table {
  return {
    name: 'Verdicts',
    header: ['Verdict', ...JUDGED.map(({ header }) => header)],
    rows: results.map((level) => verdictAnd(JUDGED, level)),
  }
}
