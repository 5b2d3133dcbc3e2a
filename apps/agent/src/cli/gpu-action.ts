import type { GpuMonitor } from '../gpu/gpu-monitor.ts'
import type { GpuReading } from '../gpu/gpu-reading.ts'
import { EXIT } from './exit-status.ts'
import type { GpuFlags } from './gpu-flags.ts'
import { GpuJson } from './gpu-json.ts'
import { startGpuMonitor } from './gpu-monitor.ts'
import { gpuTable } from './gpu-table.ts'
import { onInterrupt } from './interrupts.ts'
import { Screen } from './screen.ts'

export type GpuCommandFlags = GpuFlags & { watch?: boolean; json?: boolean }

/** How readings are written: one table or object, or one after the other. */
function writer(monitor: GpuMonitor, flags: GpuCommandFlags): (readings: readonly GpuReading[]) => void {
  if (flags.json) {
    const json = new GpuJson()
    const indent = flags.watch ? 0 : 2
    return (readings) => process.stdout.write(`${JSON.stringify(json.of(monitor, readings), null, indent)}\n`)
  }
  const { absence } = monitor
  if (absence) return () => process.stdout.write(`${absence.message}\n`)
  const screen = new Screen(process.stdout)
  return (readings) => screen.show(gpuTable(monitor.devices, readings))
}

/** Writes every reading until Ctrl-C, or until nobody reads what is written. */
function watch(monitor: GpuMonitor, write: (readings: readonly GpuReading[]) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const unsubscribe = monitor.subscribe(write)
    const forgetSignals = onInterrupt(end, () => process.exit(EXIT.interrupted))
    process.stdout.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') end()
      else reject(error)
    })
    function end(): void {
      forgetSignals()
      unsubscribe()
      resolve()
    }
  })
}

/** `gpu`: what the GPUs of this host do now. Resolves to the exit status. */
export async function gpuAction(flags: GpuCommandFlags): Promise<number> {
  const monitor = await startGpuMonitor(flags)
  try {
    const write = writer(monitor, flags)
    write(monitor.latest)
    if (flags.watch && !monitor.absence) await watch(monitor, write)
    return EXIT.ok
  } finally {
    await monitor.close()
  }
}
