import type { GpuAbsence, GpuInfo } from '@llm-loadtest/schema'
import { defaultWorkers } from '../crew/crew-size.ts'
import { GpuMonitor } from '../gpu/gpu-monitor.ts'
import { describeHost } from '../host.ts'
import { VERSION } from '../version.ts'
import { EXIT } from './exit-status.ts'
import { withNotice } from './gpu-monitor.ts'
import { driverText } from './gpu-table.ts'

const GIB = 2 ** 30

async function findGpus(): Promise<{ gpus: readonly GpuInfo[]; absence: GpuAbsence | null }> {
  const monitor = await withNotice(GpuMonitor.start())
  await monitor.close()
  return { gpus: monitor.devices, absence: monitor.absence }
}

function gpuLines(gpus: readonly GpuInfo[], absence: GpuAbsence | null): [string, string][] {
  if (absence) return [['GPU', absence.message]]
  const memory = (bytes: number | null) => (bytes === null ? '' : `, ${(bytes / GIB).toFixed(1)} GiB`)
  return [
    ['GPUs', driverText(gpus[0])],
    ...gpus.map(({ index, name, memory_total_bytes }): [string, string] => [
      `GPU ${index}`,
      `${name}${memory(memory_total_bytes)}`,
    ]),
  ]
}

/** `info`: the agent and its machine. Resolves to the exit status. */
export async function infoAction({ json }: { json?: boolean }): Promise<number> {
  const host = describeHost()
  const { gpus, absence } = await findGpus()
  if (json) {
    const info = { version: VERSION, host, workers: defaultWorkers(), gpus, gpu_absence: absence }
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
    ...gpuLines(gpus, absence),
  ]
  process.stdout.write(`${lines.map(([name, value]) => `${`${name}:`.padEnd(9)}${value}`).join('\n')}\n`)
  return EXIT.ok
}
