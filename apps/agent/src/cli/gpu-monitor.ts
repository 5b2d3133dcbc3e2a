import { GpuMonitor } from '../gpu/gpu-monitor.ts'
import { UnknownGpuError } from '../gpu/unknown-gpu.ts'
import { UsageError } from './exit-status.ts'
import { type GpuFlags, gpuOptions } from './gpu-flags.ts'

/** What to throw for an error that may be of a --gpu that names no GPU of this host. */
export const asUsageError = (error: unknown): unknown =>
  error instanceof UnknownGpuError ? new UsageError(`--gpu: ${error.message}.`) : error

/** Starts reading the GPUs that the flags name. Throws UsageError when there is no such GPU. */
export async function startGpuMonitor(flags: GpuFlags): Promise<GpuMonitor> {
  try {
    return await GpuMonitor.start(gpuOptions(flags))
  } catch (error) {
    throw asUsageError(error)
  }
}
