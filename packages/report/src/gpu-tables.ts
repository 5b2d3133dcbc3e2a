import type {
  GpuDeviceFigures,
  GpuLevelFigures,
  GpuResult,
  GpuRunFigures,
  GpuStatistic,
  LevelResult,
  RunResult,
  ThrottleReason,
} from '@llm-loadtest/schema'
import { gpuWarningGroups, gpuWarningSentence, THROTTLING } from '@llm-loadtest/schema/metrics'
import { type Cell, loadCells, type Table } from './summary.ts'

type Column<T> = { header: string; value: (row: T) => Cell }
type WithGpu = Pick<RunResult, 'gpu' | 'results'>

const BYTES_PER_GIB = 2 ** 30
const gib = (bytes: number | null | undefined): Cell =>
  bytes === null || bytes === undefined ? null : bytes / BYTES_PER_GIB

/** Mean, 95th percentile and peak of a figure, a column each, in the unit of the header. */
function statisticColumns(
  name: string,
  unit: string,
  of: (figures: GpuDeviceFigures) => GpuStatistic,
  convert: (value: number | undefined) => Cell = (value) => value ?? null,
): Column<GpuDeviceFigures>[] {
  return (['mean', 'p95', 'peak'] as const).map((statistic) => ({
    header: `${name} ${statistic} (${unit})`,
    value: (figures) => convert(of(figures)?.[statistic]),
  }))
}

const throttledColumn = (reason: ThrottleReason): Column<GpuDeviceFigures> => ({
  header: `Throttled: ${reason} (s)`,
  value: ({ throttled_seconds }) => throttled_seconds[reason] ?? null,
})

const DEVICE_COLUMNS: readonly Column<GpuDeviceFigures>[] = [
  { header: 'Samples', value: ({ samples }) => samples },
  ...statisticColumns('Memory used', 'GiB', (figures) => figures.memory_used_bytes, gib),
  ...statisticColumns('GPU utilization', '%', (figures) => figures.gpu_utilization_percent),
  ...statisticColumns('Memory utilization', '%', (figures) => figures.memory_utilization_percent),
  ...statisticColumns('Temperature', '°C', (figures) => figures.temperature_celsius),
  ...statisticColumns('Power', 'W', (figures) => figures.power_watts),
  ...statisticColumns('SM clock', 'MHz', (figures) => figures.sm_clock_mhz),
  ...statisticColumns('Memory clock', 'MHz', (figures) => figures.memory_clock_mhz),
  ...THROTTLING.map(throttledColumn),
  { header: 'Without readings (s)', value: ({ missing_seconds }) => missing_seconds },
  { header: 'Energy source', value: ({ energy_source }) => energy_source },
]

type Energy = Pick<GpuRunFigures, 'energy_joules'> & Partial<GpuRunFigures>

const ENERGY_COLUMNS: readonly Column<Energy>[] = [
  { header: 'Energy (J)', value: ({ energy_joules }) => energy_joules },
  { header: 'Energy per output token (J)', value: (energy) => energy.joules_per_output_token ?? null },
  { header: 'Output tokens per watt-second', value: (energy) => energy.tokens_per_watt_second ?? null },
]

/** A span's rows: one a device, then all of them together, for which there is energy alone. */
function spanRows(span: GpuRunFigures, load: readonly Cell[], names: ReadonlyMap<number, string>): Cell[][] {
  const devices = span.devices.map((figures) => [
    ...load,
    figures.device_index,
    names.get(figures.device_index) ?? null,
    ...DEVICE_COLUMNS.map((column) => column.value(figures)),
    ...ENERGY_COLUMNS.map((column) => column.value({ energy_joules: figures.energy_joules })),
  ])
  const together = [
    ...load,
    'all',
    null,
    ...DEVICE_COLUMNS.map(() => null),
    ...ENERGY_COLUMNS.map((column) => column.value(span)),
  ]
  return [...devices, together]
}

const namesOf = (gpu: GpuResult | null) =>
  new Map(gpu?.devices.map((device) => [device.index, device.name]) ?? [])

/** The GPU figures: of each level a row a device and one for all, then the same of the whole run. */
export function gpuTable({ gpu, results }: WithGpu): Table {
  const levels = new Map<number, LevelResult>(results.map((level) => [level.index, level]))
  const names = namesOf(gpu)
  const levelRows = ({ level_index, ...span }: GpuLevelFigures): Cell[][] => {
    const level = levels.get(level_index)
    return spanRows(span, level ? loadCells(level) : [level_index + 1, null, null], names)
  }
  return {
    name: 'GPU',
    header: [
      'Level',
      'Concurrency',
      'Request rate (1/s)',
      'GPU',
      'Name',
      ...[...DEVICE_COLUMNS, ...ENERGY_COLUMNS].map((column) => column.header),
    ],
    rows: gpu ? [...gpu.levels.flatMap(levelRows), ...spanRows(gpu.run, ['run', null, null], names)] : [],
  }
}

/** The GPUs' readings over the run: a row a device and point in time. */
export function gpuSamplesTable({ gpu }: Pick<RunResult, 'gpu'>): Table {
  return {
    name: 'GPU samples',
    header: [
      'GPU',
      'Since start (s)',
      'Memory used (GiB)',
      'GPU utilization (%)',
      'Temperature (°C)',
      'Power (W)',
      'SM clock (MHz)',
    ],
    rows: (gpu?.series ?? []).flatMap((series) =>
      series.at_ms.map((at, i) => [
        series.device_index,
        at / 1000,
        gib(series.memory_used_bytes[i]),
        series.gpu_utilization_percent[i] ?? null,
        series.temperature_celsius[i] ?? null,
        series.power_watts[i] ?? null,
        series.sm_clock_mhz[i] ?? null,
      ]),
    ),
  }
}

/** What there is to know of a run's GPUs beside the figures, as name and value: each device, and the warnings. */
export function gpuFacts(gpu: GpuResult | null): [string, Cell][] {
  if (!gpu) return []
  const devices = gpu.devices.map(({ index, name, uuid, driver_version, cuda_version }): [string, Cell] => [
    `gpu_${index}`,
    [name, uuid, driver_version && `driver ${driver_version}`, cuda_version && `CUDA ${cuda_version}`]
      .filter((fact) => fact !== null)
      .join(', '),
  ])
  const warnings = gpuWarningGroups(gpu.warnings).map((group) => {
    const { level_index } = group.warning
    return `${level_index === null ? 'outside the levels' : `level ${level_index + 1}`}: ${gpuWarningSentence(group)}`
  })
  return [...devices, ['gpu_warnings', warnings.length > 0 ? warnings.join('; ') : null]]
}
