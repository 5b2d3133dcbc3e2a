// One measurement: a process that does nothing but sample GPUs. Its task is the first argument, its result standard output.
import { setTimeout as delay } from 'node:timers/promises'
import { GpuMonitor } from '../../apps/agent/src/gpu/gpu-monitor.ts'
import type { GpuReading } from '../../apps/agent/src/gpu/gpu-reading.ts'
import { type Measurement, Task } from './measurement.ts'

/** Code is compiled and the heap has its size before anything is measured. */
const WARM_UP_MS = 5000

const task = Task.parse(JSON.parse(process.argv[2] ?? ''))

/** Distances of the ticks from where the first one puts them, sorted, ms. */
function drifts(times: readonly number[], periodMs: number): number[] {
  const [first = 0] = times
  return times
    .slice(1)
    .map((time) => Math.abs(time - first - periodMs * Math.round((time - first) / periodMs)))
    .sort((a, b) => a - b)
}

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0

/** Whether everything is there that the script has: no fault, and no fan, as on a passively cooled GPU. */
const complete = (reading: GpuReading): boolean =>
  Object.entries(reading).every(
    ([name, value]) => (value === null) === (name === 'fault' || name === 'fan_percent'),
  )

async function measure(): Promise<Measurement> {
  const monitor = await GpuMonitor.start(
    task.periodMs === 0 ? { devices: 'none' } : { periodMs: task.periodMs },
  )
  await delay(WARM_UP_MS)
  const times: number[] = []
  monitor.subscribe((readings) => {
    if (!readings.every(complete)) throw new Error('a reading is missing')
    times.push(readings[0]?.monotonicMs ?? 0)
  })
  const startMs = performance.now()
  const startCpu = process.cpuUsage()
  const startRss = process.memoryUsage.rss()
  await delay(task.seconds * 1000)
  const { user, system } = process.cpuUsage(startCpu)
  const wallMs = performance.now() - startMs
  const rssGrowthBytes = process.memoryUsage.rss() - startRss
  await monitor.close()
  const sorted = drifts(times, task.periodMs)
  const drift = sorted.length === 0 ? null : { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) }
  const cpuMs = (user + system) / 1000
  return { devices: monitor.devices.length, ticks: times.length, wallMs, cpuMs, drift, rssGrowthBytes }
}

process.stdout.write(JSON.stringify(await measure()))
