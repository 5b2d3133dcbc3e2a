import type { LevelEvidence } from '../validity.ts'

/** Of a level nobody observed. */
export const NO_EVIDENCE: LevelEvidence = {
  clock_source: null,
  event_loop_delay_p99_ms: null,
  event_loop_delay_max_ms: null,
  agent_cpu_percent: null,
  cpu_wait_percent: null,
  gc_pauses: null,
  gc_total_ms: null,
  gc_longest_ms: null,
  read_turns: null,
  read_backlog_p99_ms: null,
  read_backlog_max_ms: null,
  prompt_wait_percent: null,
}

type Figure = {
  [K in keyof LevelEvidence]: LevelEvidence[K] extends number | null ? K : never
}[keyof LevelEvidence]

/**
 * What several load threads observed in the same level, as one. Each has a loop and a core of its own and any of them can
 * spoil the figures, so the worst counts; only what is counted (garbage collections, turns) adds up.
 */
export function mergeEvidence(threads: readonly LevelEvidence[]): LevelEvidence {
  const merge = (figure: Figure, combine: (values: number[]) => number): number | null => {
    const values = threads.map((thread) => thread[figure]).filter((value) => value !== null)
    return values.length > 0 ? combine(values) : null
  }
  const worst = (figure: Figure) => merge(figure, (values) => Math.max(...values))
  const sum = (figure: Figure) => merge(figure, (values) => values.reduce((a, b) => a + b, 0))
  return {
    clock_source: threads.find((thread) => thread.clock_source !== null)?.clock_source ?? null,
    event_loop_delay_p99_ms: worst('event_loop_delay_p99_ms'),
    event_loop_delay_max_ms: worst('event_loop_delay_max_ms'),
    agent_cpu_percent: worst('agent_cpu_percent'),
    cpu_wait_percent: worst('cpu_wait_percent'),
    gc_pauses: sum('gc_pauses'),
    gc_total_ms: sum('gc_total_ms'),
    gc_longest_ms: worst('gc_longest_ms'),
    read_turns: sum('read_turns'),
    read_backlog_p99_ms: worst('read_backlog_p99_ms'),
    read_backlog_max_ms: worst('read_backlog_max_ms'),
    prompt_wait_percent: worst('prompt_wait_percent'),
  }
}
