import type { GpuResult, LevelResult, RunResult } from '@llm-loadtest/schema'
import { gpuWarningGroups, gpuWarningSentence } from '@llm-loadtest/schema/metrics'
import { align } from './align.ts'
import { levelName } from './level-name.ts'
import { formatNumber } from './number-format.ts'

const GIB = 2 ** 30
const HEAD = [
  ['Level', 'GPU', 'Memory peak', 'Utilisation', 'Power', 'Energy'],
  ['', '', '(GiB)', 'mean (%)', 'mean (W)', '(J/token)'],
]

type Levels = ReadonlyMap<number, LevelResult>

const nameOf = (levels: Levels, index: number): string => {
  const level = levels.get(index)
  return level ? levelName(level) : `level ${index + 1}`
}

/** A level's devices as rows; its energy per token, which is that of all of them, on the first. */
function levelRows(
  { level_index, devices, joules_per_output_token }: GpuResult['levels'][number],
  levels: Levels,
) {
  return devices.map((device, row) => {
    const memory = device.memory_used_bytes
    return [
      row === 0 ? nameOf(levels, level_index) : '',
      String(device.device_index),
      formatNumber(memory && memory.peak / GIB),
      formatNumber(device.gpu_utilization_percent?.mean ?? null),
      formatNumber(device.power_watts?.mean ?? null),
      row === 0 ? formatNumber(joules_per_output_token) : '',
    ]
  })
}

function figureLines(gpu: GpuResult, levels: Levels): string[] {
  const rows = gpu.levels.flatMap((level) => levelRows(level, levels))
  return rows.length > 0 ? [align([...HEAD, ...rows]), ''] : []
}

function warningLines(gpu: GpuResult, levels: Levels): string[] {
  if (gpu.warnings.length === 0) return []
  const lines = gpuWarningGroups(gpu.warnings).map((group) => {
    const { level_index } = group.warning
    const where = level_index === null ? 'outside the levels' : nameOf(levels, level_index)
    return `  ${where}: ${gpuWarningSentence(group)}`
  })
  return ['GPU warnings:', ...lines, '']
}

/** The GPU figures of a run as lines for a terminal; none when no GPU was sampled. */
export function gpuLines({ gpu, results }: RunResult): string[] {
  if (!gpu) return []
  const levels = new Map(results.map((level) => [level.index, level]))
  return [...figureLines(gpu, levels), ...warningLines(gpu, levels)]
}
