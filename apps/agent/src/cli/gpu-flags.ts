import type { Command } from 'commander'
import type { GpuMonitorOptions } from '../gpu/gpu-monitor.ts'
import { UsageError } from './exit-status.ts'

/** What commander makes of the flags that say which GPUs are read, and how often. */
export type GpuFlags = { gpu?: string; gpuRate?: string }

const MIN_RATE_HZ = 1
const MAX_RATE_HZ = 10

/** Adds the flags to a command. */
export function addGpuFlags<T extends Command>(command: T): T {
  command
    .option('--gpu <indices>', 'GPUs to read, as 0,2, or none (default: CUDA_VISIBLE_DEVICES, otherwise all)')
    .option('--gpu-rate <hz>', 'readings of each GPU a second, from 1 to 10 (default: 1)')
  return command
}

function indices(text: string): number[] | 'none' {
  if (text.trim() === 'none') return 'none'
  return text.split(',').map((part) => {
    if (/^\s*\d+\s*$/.test(part)) return Number(part)
    throw new UsageError(`--gpu: "${part}" is not an index. It takes indices such as 0,2, or none.`)
  })
}

function periodMs(text: string): number {
  const rate = text.trim() === '' ? Number.NaN : Number(text)
  if (rate >= MIN_RATE_HZ && rate <= MAX_RATE_HZ) return 1000 / rate
  throw new UsageError(
    `--gpu-rate: it takes a number from ${MIN_RATE_HZ} to ${MAX_RATE_HZ}, readings a second.`,
  )
}

/** How the GPUs are to be read. Throws UsageError that names the flag at fault. */
export function gpuOptions(flags: GpuFlags): GpuMonitorOptions {
  return {
    ...(flags.gpu === undefined ? {} : { devices: indices(flags.gpu) }),
    ...(flags.gpuRate === undefined ? {} : { periodMs: periodMs(flags.gpuRate) }),
  }
}
