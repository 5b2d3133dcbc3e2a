import { GpuMonitor } from '../gpu/gpu-monitor.ts'
import { UnknownGpuError } from '../gpu/unknown-gpu.ts'
import { unreadSentence } from '../gpu/unread-device.ts'
import { withWaitingNotice } from '../gpu/waiting-notice.ts'
import { UsageError } from './exit-status.ts'
import { type GpuFlags, gpuOptions } from './gpu-flags.ts'

/** What to throw for an error that may be of a --gpu that names no GPU of this host. */
export const asUsageError = (error: unknown): unknown =>
  error instanceof UnknownGpuError ? new UsageError(`--gpu: ${error.message}.`) : error

/** Says on stderr what is waited for when the driver takes long. */
export const withNotice = <T>(starting: Promise<T>): Promise<T> =>
  withWaitingNotice(starting, (notice) => process.stderr.write(`${notice}\n`))

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
