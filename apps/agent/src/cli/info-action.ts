import { defaultWorkers } from '../crew/crew-size.ts'
import { describeHost } from '../host.ts'
import { VERSION } from '../version.ts'
import { EXIT } from './exit-status.ts'

const GIB = 2 ** 30

/** `info`: the agent and its machine. */
export function infoAction({ json }: { json?: boolean }): number {
  const host = describeHost()
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ version: VERSION, host, workers: defaultWorkers(), gpus: null }, null, 2)}\n`,
    )
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
    ['GPU', 'not sampled'],
  ]
  process.stdout.write(`${lines.map(([name, value]) => `${`${name}:`.padEnd(9)}${value}`).join('\n')}\n`)
  return EXIT.ok
}
