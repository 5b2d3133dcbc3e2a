import { z } from 'zod'

const Text = z.string().max(200)
const Reading = z.number().nullable()

/** What does not change of a GPU of an agent's host; null where the device or its driver does not tell. */
export const GpuInfo = z
  .strictObject({
    index: z.int().min(0).meta({ description: "NVML's index of the device." }),
    uuid: Text,
    name: Text,
    pci_bus_id: Text.nullable(),
    driver_version: Text.nullable(),
    nvml_version: Text.nullable(),
    cuda_version: Text.nullable().meta({ description: 'Newest CUDA the driver supports, as MAJOR.MINOR.' }),
    memory_total_bytes: Reading,
    power_limit_watts: Reading.meta({ description: 'The limit the driver enforces.' }),
    temperature_limit_celsius: Reading.meta({ description: 'Where the hardware begins to slow down.' }),
    mig_enabled: z.boolean().nullable(),
    ecc_enabled: z.boolean().nullable(),
  })
  .meta({ id: 'GpuInfo' })
export type GpuInfo = z.infer<typeof GpuInfo>

/** A compute process on a GPU. */
export const GpuProcess = z.strictObject({
  pid: z.int().min(0),
  name: Text.nullable(),
  session: z
    .int()
    .nullable()
    .meta({ description: 'Session id of the process on its host, where it can be seen.' }),
  memory_used_bytes: Reading,
})
export type GpuProcess = z.infer<typeof GpuProcess>

/** Why the clocks are below what was asked for, after NVML's clocks event reasons. */
export const ThrottleReason = z.enum([
  'gpu_idle',
  'applications_clocks_setting',
  'sw_power_cap',
  'hw_slowdown',
  'sync_boost',
  'sw_thermal_slowdown',
  'hw_thermal_slowdown',
  'hw_power_brake_slowdown',
  'display_clock_setting',
])
export type ThrottleReason = z.infer<typeof ThrottleReason>

/** Why a device gave no readings at all. */
export const GpuFault = z.enum(['gpu_lost', 'driver_unavailable', 'reset_required', 'failed'])
export type GpuFault = z.infer<typeof GpuFault>

/** One reading of one GPU; what the device does not report is null. With a fault, every reading is. */
export const GpuSample = z
  .strictObject({
    device_index: z.int().min(0),
    uuid: Text,
    at_ms: z.number().meta({
      description:
        "Milliseconds since the run's start on the agent's monotonic clock; in a list of agents, since the agent's.",
    }),
    at: z.iso.datetime().meta({ description: 'Wall clock.' }),
    fault: GpuFault.nullable(),
    // `used` of nvmlDeviceGetMemoryInfo_v2, measured to exclude what is reserved (rust-nvml/nvml-wrapper#57), though
    // NVIDIA's page on nvmlMemory_v2_t says otherwise.
    memory_used_bytes: Reading,
    memory_total_bytes: Reading,
    memory_reserved_bytes: Reading.meta({ description: 'Kept by driver and firmware; not part of used.' }),
    gpu_utilization_percent: Reading,
    memory_utilization_percent: Reading.meta({ description: 'Time the memory was read or written.' }),
    temperature_celsius: Reading,
    power_watts: Reading,
    power_limit_watts: Reading,
    energy_joules: Reading.meta({ description: 'Since the first sample.' }),
    energy_source: z
      .enum(['counter', 'integrated'])
      .nullable()
      .meta({ description: "The device's energy counter, or power × time where it has none." }),
    sm_clock_mhz: Reading,
    memory_clock_mhz: Reading,
    performance_state: z.int().min(0).max(15).nullable().meta({ description: '0 is the fastest.' }),
    throttle_reasons: z.array(ThrottleReason).nullable(),
    ecc_corrected_errors: Reading.meta({ description: 'Since the driver was loaded.' }),
    ecc_uncorrected_errors: Reading,
    pcie_tx_bytes_per_second: Reading.meta({ description: 'GPU to host.' }),
    pcie_rx_bytes_per_second: Reading,
    fan_percent: Reading,
    processes: z.array(GpuProcess).max(64).nullable(),
  })
  .meta({ id: 'GpuSample' })
export type GpuSample = z.infer<typeof GpuSample>

/** Why an agent samples no GPU, with what to do in words. */
export const GpuAbsence = z
  .strictObject({
    reason: z.enum([
      'no_library',
      'no_driver',
      'no_permission',
      'no_device',
      'unsupported_vendor',
      'switched_off',
      'failed',
    ]),
    message: z.string().max(500),
  })
  .meta({ id: 'GpuAbsence' })
export type GpuAbsence = z.infer<typeof GpuAbsence>
