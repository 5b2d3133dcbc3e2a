import { z } from 'zod'

/** A GPU of an agent's host, as announced when it joins. */
export const GpuInfo = z
  .strictObject({
    index: z.int().min(0),
    uuid: z.string().max(100),
    name: z.string().max(200),
    memory_total_bytes: z.number().min(0).nullable(),
    driver_version: z.string().max(100).nullable(),
  })
  .meta({ id: 'GpuInfo' })
export type GpuInfo = z.infer<typeof GpuInfo>

const Reading = z.number().nullable()

/** One reading of one GPU; what the device does not report is null. */
export const GpuSample = z
  .strictObject({
    device_index: z.int().min(0),
    uuid: z.string().max(100),
    at_ms: z
      .number()
      .meta({ description: "Milliseconds since the run's start on the agent's monotonic clock." }),
    at: z.iso.datetime().meta({ description: 'Wall clock.' }),
    memory_used_bytes: Reading,
    memory_total_bytes: Reading,
    gpu_utilization_percent: Reading,
    memory_utilization_percent: Reading,
    temperature_celsius: Reading,
    power_watts: Reading,
    energy_joules: Reading.meta({ description: 'Energy since the first sample.' }),
    sm_clock_mhz: Reading,
    memory_clock_mhz: Reading,
    throttle_reasons: z.array(z.string().max(100)).nullable(),
  })
  .meta({ id: 'GpuSample' })
export type GpuSample = z.infer<typeof GpuSample>
