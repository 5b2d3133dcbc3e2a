import type { GpuResult } from '../gpu-result.ts'
import type { LevelResult } from '../level-result.ts'
import { spanFigures } from './gpu-figures.ts'
import { gpuSeries } from './gpu-series.ts'
import type { Span } from './gpu-span.ts'
import type { GpuTrace } from './gpu-trace.ts'
import { gpuWarnings } from './gpu-warnings.ts'

type MeasuredLevel = Pick<LevelResult, 'index' | 'started_ms' | 'ended_ms' | 'tokens'>

/** From the first sample of any device or the first level's start to the last of both; null when there is no sample. */
function runSpan(gpu: GpuTrace, levels: readonly Span[]): Span | null {
  const sampled = gpu.traces.flatMap(([, { atMs }]) => {
    const [first, last] = [atMs[0], atMs.at(-1)]
    return first === undefined || last === undefined ? [] : [{ fromMs: first, toMs: last }]
  })
  if (sampled.length === 0) return null
  const spans = [...sampled, ...levels]
  return {
    fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...spans.map(({ toMs }) => toMs)),
  }
}

/**
 * Every GPU figure of a run, as docs/metrics.md defines them; null when no GPU was sampled.
 * @param levels those measured so far; energy is set against the output tokens of their ok requests
 */
export function gpuResult(gpu: GpuTrace, levels: readonly MeasuredLevel[]): GpuResult | null {
  const measured = levels.flatMap(({ index, started_ms, ended_ms, tokens }) =>
    started_ms === null || ended_ms === null
      ? []
      : [{ levelIndex: index, span: { fromMs: started_ms, toMs: ended_ms }, tokens: tokens.output_tokens }],
  )
  const spans = measured.map(({ span }) => span)
  const run = runSpan(gpu, spans)
  if (!run) return null
  const generation = {
    // What comes after is of a level under way, whose tokens are not known yet, or of none.
    span: { fromMs: run.fromMs, toMs: Math.max(run.fromMs, ...spans.map(({ toMs }) => toMs)) },
    outputTokens: measured.reduce((sum, { tokens }) => sum + tokens, 0),
  }
  return {
    period_ms: gpu.periodMs,
    devices: [...gpu.devices],
    run: spanFigures(gpu, run, generation),
    levels: measured.map(({ levelIndex, span, tokens }) => ({
      level_index: levelIndex,
      ...spanFigures(gpu, span, { span, outputTokens: tokens }),
    })),
    warnings: gpuWarnings(gpu, measured, run),
    series: gpu.traces.map(([index, trace]) => gpuSeries(index, trace)),
  }
}
