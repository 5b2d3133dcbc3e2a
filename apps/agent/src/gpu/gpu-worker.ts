import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { GpuInfo } from '@llm-loadtest/schema'
import { monotonicMs } from '../crew/shared-clock.ts'
import { absenceOf, absenceOfDevices, hiddenByCuda } from './absence.ts'
import { selectByCuda, selectByIndex } from './device-selection.ts'
import { hostDevices, parentOfMig } from './host-devices.ts'
import { nvmlLoader } from './nvml.ts'
import { NvmlConnection } from './nvml-connection.ts'
import { Sampler } from './sampler.ts'
import type { GpuReport, GpuThreadData } from './thread-messages.ts'
import { nextTick } from './tick-times.ts'

if (parentPort === null) throw new Error('gpu-worker runs as a worker thread only')
const port: MessagePort = parentPort
const data: GpuThreadData = workerData

const report = (message: GpuReport): void => port.postMessage(message)

/** The devices to sample, or what to tell instead. */
function selected(connection: NvmlConnection): GpuReport {
  const readers = connection.open()
  const { devices, unread } = hostDevices(readers.calls)
  if (devices.length === 0) return { kind: 'absent', absence: absenceOfDevices() }
  const { selection } = data
  switch (selection.by) {
    case 'all':
      return { kind: 'started', devices, unread }
    case 'index': {
      const { selected, unknown } = selectByIndex(devices, selection.indices)
      if (unknown.length > 0) return { kind: 'unknown', indices: unknown, devices, unread }
      return { kind: 'started', devices: selected, unread: [] }
    }
    case 'cuda': {
      const visible = selectByCuda(devices, selection.variable, (uuid) => parentOfMig(readers.calls, uuid))
      if (visible.length > 0) return { kind: 'started', devices: visible, unread }
      return { kind: 'absent', absence: hiddenByCuda(selection.variable) }
    }
    default:
      return selection satisfies never
  }
}

/** Reads the devices at every period, until told to end. */
function sample(connection: NvmlConnection, devices: readonly GpuInfo[]): void {
  const sampled = devices.map(({ index, uuid }) => ({ index, uuid, handle: null }))
  const sampler = new Sampler(connection, sampled, data.periodMs)
  const startMs = monotonicMs()
  let timer: NodeJS.Timeout | null = null
  const run = (tick: number): void => {
    report({ kind: 'readings', readings: sampler.tick() })
    const now = monotonicMs()
    const next = nextTick(startMs, data.periodMs, now, tick)
    timer = setTimeout(() => run(next.tick), Math.ceil(next.dueMs - now))
  }
  port.on('message', () => {
    if (timer) clearTimeout(timer)
    connection.close()
    // With the port, nothing is left that keeps the thread alive.
    port.close()
  })
  run(0)
}

async function main(): Promise<void> {
  let connection: NvmlConnection | null = null
  let start: GpuReport
  try {
    connection = new NvmlConnection(await nvmlLoader(), data.paths)
    start = selected(connection)
  } catch (error) {
    start = { kind: 'absent', absence: absenceOf(error, data.named) }
  }
  report(start)
  if (start.kind === 'started' && connection) sample(connection, start.devices)
  else connection?.close()
}

await main()
