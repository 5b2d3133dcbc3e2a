import type { LevelResult, RunProgress } from '@llm-loadtest/schema'
import type { ChartRow } from '../chart/downsample.ts'
import { loadLabel } from './load-label.ts'

type Mark = { x: number; label: string }

const seconds = (ms: number): number => ms / 1000

/** Rows over time: throughput (tok/s), TTFT p50 and TTFT p99 (ms); x in seconds since the run's start. */
export const progressRows = (history: readonly RunProgress[]): ChartRow[] =>
  history.map(({ at_ms, metrics }) => ({
    x: seconds(at_ms),
    values: [metrics.throughput_current, metrics.ttft_p50, metrics.ttft_p99],
  }))

/** Where each level begins in a run under way. */
export function progressMarks(history: readonly RunProgress[]): Mark[] {
  const marks: Mark[] = []
  let previous = -1
  for (const { at_ms, level } of history) {
    if (level.index === previous) continue
    previous = level.index
    marks.push({ x: seconds(at_ms), label: loadLabel(level) })
  }
  return marks
}

/** The same rows from finished levels; each begins with a gap, for nothing was measured between two levels. */
export function timelineRows(levels: readonly LevelResult[]): ChartRow[] {
  return levels.flatMap((level) => {
    const rows = level.timeline.map((point) => ({
      x: seconds(point.at_ms),
      values: [point.throughput_tokens_per_sec, point.ttft_p50_ms, point.ttft_p99_ms],
    }))
    const start = level.started_ms ?? level.timeline[0]?.at_ms
    return start === undefined ? rows : [{ x: seconds(start), values: [null, null, null] }, ...rows]
  })
}

export const timelineMarks = (levels: readonly LevelResult[]): Mark[] =>
  levels.flatMap((level) =>
    level.started_ms === null ? [] : [{ x: seconds(level.started_ms), label: loadLabel(level) }],
  )
