import { GpuMonitor } from '../gpu/gpu-monitor.ts'
import { UnknownGpuError } from '../gpu/unknown-gpu.ts'
import { unreadSentence } from '../gpu/unread-device.ts'
import { UsageError } from './exit-status.ts'
import { type GpuFlags, gpuOptions } from './gpu-flags.ts'

/** What to throw for an error that may be of a --gpu that names no GPU of this host. */
export const asUsageError = (error: unknown): unknown =>
  error instanceof UnknownGpuError ? new UsageError(`--gpu: ${error.message}.`) : error

const NOTICE_AFTER_MS = 1000

/** Says what is waited for when the driver takes long. */
export async function withNotice<T>(starting: Promise<T>): Promise<T> {
  const notice = setTimeout(() => process.stderr.write("waiting for NVIDIA's driver …\n"), NOTICE_AFTER_MS)
  try {
    return await starting
  } finally {
    clearTimeout(notice)
  }
}

/** Starts reading the GPUs that the flags name. Throws UsageError when there is no such GPU. */
export async function startGpuMonitor(flags: GpuFlags): Promise<GpuMonitor> {
  try {
    const monitor = await withNotice(GpuMonitor.start(gpuOptions(flags)))
    for (const device of monitor.unread) process.stderr.write(`${unreadSentence(device)}\n`)
    return monitor
  } catch (error) {
    throw asUsageError(error)
  }
}
