import {
  type LevelResult,
  loadLevels,
  type RequestRecord,
  type RunConfig,
  type RunResult,
  type RunView,
} from '@llm-loadtest/schema'
import {
  type GpuTrace,
  gpuResult,
  levelResult,
  NO_EVIDENCE,
  runSummary,
  runValidity,
} from '@llm-loadtest/schema/metrics'

/** A run's result from its view, the levels that ended, in the order of the levels, and its GPU samples, if any. */
export function assembleResult(
  run: RunView,
  levels: readonly LevelResult[],
  gpu: GpuTrace | null,
): RunResult {
  const results = [...levels].sort((a, b) => a.index - b.index)
  return {
    ...run,
    results,
    summary: runSummary(results),
    gpu: gpu && gpuResult(gpu, results),
    validity: runValidity(results),
  }
}

/**
 * The results of levels whose own result never arrived, computed from the request records that did. What
 * the agent would have observed of itself is unknown, hence null.
 */
export function levelsFromRecords(config: RunConfig, records: readonly RequestRecord[]): LevelResult[] {
  const levels: LevelResult[] = []
  for (const level of loadLevels(config)) {
    const own = records.filter((record) => record.level_index === level.index)
    if (!own.some((record) => !record.warmup)) continue
    levels.push(levelResult(own, level, config.goodput_thresholds, NO_EVIDENCE))
  }
  return levels
}
