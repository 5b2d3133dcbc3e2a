// npm run bench:gpu [-- --seconds 30]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { buildStandIn, cCompiler } from '../../tests/nvml-stand-in/build.ts'
import { DRIVER, deviceLine, ScriptFile } from '../../tests/nvml-stand-in/script-file.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { parsedOptions } from '../options.ts'
import { figure, table } from '../table.ts'
import { Measurement, type Task } from './measurement.ts'

const MEASURE = fileURLToPath(new URL('measure.ts', import.meta.url))
/** How long NVIDIA's driver takes for the PCIe throughput of one direction. */
const PCIE_MS = 20
const KIB = 1024

const Options = z.strictObject({ seconds: z.coerce.number().min(1) })

/** Everything a data centre GPU reports, moving. */
const READINGS = {
  memory_total_bytes: 85_520_809_984,
  memory_used_bytes: 70_000_000_000,
  memory_reserved_bytes: 600_000_000,
  gpu_percent: 97,
  memory_percent: 61,
  temperature_celsius: 64,
  temperature_slowdown_celsius: 92,
  power_mw: '640000+1',
  power_limit_mw: 700_000,
  energy_mj: '1000000+640',
  sm_clock_mhz: 1980,
  memory_clock_mhz: 2619,
  performance_state: 0,
  clocks_event_reasons: 4,
  ecc_corrected: 0,
  ecc_uncorrected: 0,
  pcie_tx_kb_per_second: 1_200_000,
  pcie_rx_kb_per_second: 2_400_000,
  mig_current: 0,
  mig_pending: 0,
  ecc_current: 1,
  ecc_pending: 1,
}

type Case = { what: string; devices: number; hz: number; slowPcie: boolean }
const CASES: readonly Case[] = [
  { what: 'nothing sampled', devices: 0, hz: 0, slowPcie: false },
  { what: '1 GPU at 1 Hz', devices: 1, hz: 1, slowPcie: false },
  { what: '8 GPUs at 1 Hz', devices: 8, hz: 1, slowPcie: false },
  { what: '8 GPUs at 10 Hz', devices: 8, hz: 10, slowPcie: false },
  { what: '8 GPUs at 1 Hz, PCIe waits', devices: 8, hz: 1, slowPcie: true },
  { what: '8 GPUs at 10 Hz, PCIe waits', devices: 8, hz: 10, slowPcie: true },
]

function script({ devices, slowPcie }: Case): string[] {
  const lines = Array.from({ length: Math.max(1, devices) }, (_, index) => [
    deviceLine(index, READINGS),
    `process ${process.pid} device=${index} memory_bytes=69000000000 name=python3`,
  ])
  const slow = slowPcie ? [`slow nvmlDeviceGetPcieThroughput * ${PCIE_MS}`] : []
  return [DRIVER, ...lines.flat(), ...slow]
}

async function measure(each: Case, seconds: number, file: ScriptFile, library: string): Promise<Measurement> {
  file.write(...script(each))
  const task: Task = { seconds, periodMs: each.hz === 0 ? 0 : 1000 / each.hz }
  const child = spawn(process.execPath, [MEASURE, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, CUDA_VISIBLE_DEVICES: undefined, ...file.environment(library) },
  })
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (status !== 0) throw new Error(`sampling failed: ${each.what}`)
  return Measurement.parse(JSON.parse(output))
}

function row({ what }: Case, { ticks, wallMs, cpuMs, drift, rssGrowthBytes }: Measurement): string[] {
  return [
    what,
    figure((100 * cpuMs) / wallMs, 3),
    figure(ticks === 0 ? null : cpuMs / ticks, 2),
    figure(ticks === 0 ? null : (1000 * ticks) / wallMs, 2),
    figure(drift?.p50 ?? null, 2),
    figure(drift?.p99 ?? null, 2),
    figure(rssGrowthBytes / KIB, 0),
  ]
}

const HEADINGS = ['', 'CPU %', 'CPU ms/tick', 'ticks/s', 'drift p50 ms', 'drift p99 ms', 'RSS +KiB']

async function compare(seconds: number): Promise<void> {
  const library = buildStandIn()
  const folder = temporaryFolder()
  try {
    const file = new ScriptFile(folder.path)
    const rows: string[][] = []
    for (const each of CASES) rows.push(row(each, await measure(each, seconds, file, library)))
    console.log(table(HEADINGS, rows))
  } finally {
    folder.remove()
  }
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '30' } } })
const { seconds } = parsedOptions(Options, values)
if (cCompiler === null) process.exit(2)
await compare(seconds)
