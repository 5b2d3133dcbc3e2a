import { z } from 'zod'
import { GpuInfo, ThrottleReason } from './gpu-sample.ts'

const Value = z.number().nullable()

/** Mean, 95th percentile and peak over the samples of a span of time; null when there was no reading. */
export const GpuStatistic = z
  .strictObject({ mean: z.number(), p95: z.number(), peak: z.number() })
  .nullable()
  .meta({ id: 'GpuStatistic' })
export type GpuStatistic = z.infer<typeof GpuStatistic>

/** One device over a span of time. */
export const GpuDeviceFigures = z
  .strictObject({
    device_index: z.int().min(0),
    samples: z.int().min(0).meta({ description: 'Samples in the span, those without readings too.' }),
    memory_used_bytes: GpuStatistic,
    gpu_utilization_percent: GpuStatistic,
    memory_utilization_percent: GpuStatistic,
    temperature_celsius: GpuStatistic,
    power_watts: GpuStatistic,
    sm_clock_mhz: GpuStatistic,
    memory_clock_mhz: GpuStatistic,
    energy_joules: Value,
    energy_source: z.enum(['counter', 'integrated']).nullable(),
    throttled_seconds: z
      .partialRecord(ThrottleReason, z.number().positive())
      .meta({ description: 'Seconds for each reason; without those that are no throttling, as idleness.' }),
    missing_seconds: z.number().min(0).meta({ description: 'Time in which the device gave no readings.' }),
  })
  .meta({ id: 'GpuDeviceFigures' })
export type GpuDeviceFigures = z.infer<typeof GpuDeviceFigures>

const span = {
  devices: z.array(GpuDeviceFigures),
  energy_joules: Value.meta({ description: 'Σ over the devices; null unless each has it.' }),
  joules_per_output_token: Value,
  tokens_per_watt_second: Value.meta({ description: 'Output tokens per joule.' }),
}

/** All devices over the window of a load level. */
export const GpuLevelFigures = z
  .strictObject({ level_index: z.int().min(0), ...span })
  .meta({ id: 'GpuLevelFigures' })
export type GpuLevelFigures = z.infer<typeof GpuLevelFigures>

/** All devices from the first sample of the run to the last. */
export const GpuRunFigures = z.strictObject(span).meta({ id: 'GpuRunFigures' })
export type GpuRunFigures = z.infer<typeof GpuRunFigures>

/** A device's readings over the run, one array an axis, all of the same length; null where a reading is missing. */
export const GpuSeries = z
  .strictObject({
    device_index: z.int().min(0),
    at_ms: z.array(z.number()),
    memory_used_bytes: z.array(Value),
    gpu_utilization_percent: z.array(Value),
    temperature_celsius: z.array(Value),
    power_watts: z.array(Value),
    sm_clock_mhz: z.array(Value),
  })
  .meta({
    id: 'GpuSeries',
    description: 'At most 3,600 points a device; with more samples, means of neighbours.',
  })
export type GpuSeries = z.infer<typeof GpuSeries>

const at = { device_index: z.int().min(0), level_index: z.int().min(0).nullable() }

/** Something on the GPU that makes the figures say less about the server. `level_index` null: outside the levels' windows. */
export const GpuWarning = z
  .discriminatedUnion('code', [
    z.strictObject({
      code: z.literal('foreign_process'),
      ...at,
      pid: z.int().min(0),
      name: z.string().nullable(),
      memory_used_bytes: Value,
    }),
    z.strictObject({
      code: z.literal('clocks_throttled'),
      ...at,
      reason: ThrottleReason,
      seconds: z.number().positive(),
    }),
    z.strictObject({
      code: z.literal('temperature_limit'),
      ...at,
      peak_celsius: z.number(),
      limit_celsius: z.number(),
    }),
    z.strictObject({ code: z.literal('no_readings'), ...at, seconds: z.number().positive() }),
  ])
  .meta({ id: 'GpuWarning' })
export type GpuWarning = z.infer<typeof GpuWarning>

/** What was measured of the agent's GPUs during a run. */
export const GpuResult = z
  .strictObject({
    period_ms: z.number().positive().meta({ description: 'Time between two samples.' }),
    devices: z.array(GpuInfo),
    run: GpuRunFigures,
    levels: z.array(GpuLevelFigures),
    warnings: z.array(GpuWarning),
    series: z.array(GpuSeries),
  })
  .meta({ id: 'GpuResult' })
export type GpuResult = z.infer<typeof GpuResult>
