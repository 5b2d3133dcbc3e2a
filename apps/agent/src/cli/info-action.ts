import { defaultWorkers } from '../crew/crew-size.ts'
import { GpuMonitor } from '../gpu/gpu-monitor.ts'
import type { FoundGpus } from '../gpu/gpu-thread.ts'
import { unreadState, unreadText } from '../gpu/unread-device.ts'
import { describeHost } from '../host.ts'
import { VERSION } from '../version.ts'
import { EXIT } from './exit-status.ts'
import { withNotice } from './gpu-monitor.ts'
import { driverText } from './gpu-table.ts'

const GIB = 2 ** 30

async function findGpus(): Promise<FoundGpus> {
  const monitor = await withNotice(GpuMonitor.start())
  await monitor.close()
  const { devices, unread, absence } = monitor
  return { devices, unread, absence }
}

function gpuLines({ devices, unread, absence }: FoundGpus): [string, string][] {
  if (absence) return [['GPU', absence.message]]
  const memory = (bytes: number | null) => (bytes === null ? '' : `, ${(bytes / GIB).toFixed(1)} GiB`)
  return [
    ['GPUs', driverText(devices[0])],
    ...devices.map(({ index, name, memory_total_bytes }): [string, string] => [
      `GPU ${index}`,
      `${name}${memory(memory_total_bytes)}`,
    ]),
    ...unread.map((device): [string, string] => [`GPU ${device.index}`, unreadState(device)]),
  ]
}

/** `info`: the agent and its machine. Resolves to the exit status. */
export async function infoAction({ json }: { json?: boolean }): Promise<number> {
  const host = describeHost()
  const gpus = await findGpus()
  if (json) {
    const { devices, unread, absence } = gpus
    const unreadGpus = unread.map((device) => ({ index: device.index, message: unreadText(device) }))
    const found = { gpus: devices, gpus_unread: unreadGpus, gpu_absence: absence }
    const info = { version: VERSION, host, workers: defaultWorkers(), ...found }
    process.stdout.write(`${JSON.stringify(info, null, 2)}\n`)
    return EXIT.ok
  }
  const lines: [string, string][] = [
    ['Agent', VERSION],
    ['Node', host.node],
    ['Host', host.hostname],
    ['System', `${host.os} (${host.arch})`],
    ['CPU', `${host.cpus} × ${host.cpu_model}`],
    ['Memory', `${(host.memory_bytes / GIB).toFixed(1)} GiB`],
    ['Workers', `${defaultWorkers()} at most, load threads of a run (--workers sets it)`],
    ...gpuLines(gpus),
  ]
  process.stdout.write(`${lines.map(([name, value]) => `${`${name}:`.padEnd(9)}${value}`).join('\n')}\n`)
  return EXIT.ok
}
