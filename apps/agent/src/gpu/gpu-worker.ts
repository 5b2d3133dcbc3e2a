import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { monotonicMs } from '../crew/shared-clock.ts'
import { absenceOf, absenceOfDevices, absenceOfUnread, hiddenByCuda } from './absence.ts'
import { DeviceRoster } from './device-roster.ts'
import { nvmlLoader } from './nvml.ts'
import { NvmlConnection, NvmlNotStarted } from './nvml-connection.ts'
import { NvmlFault } from './nvml-fault.ts'
import { Sampler } from './sampler.ts'
import type { GpuReport, GpuThreadData } from './thread-messages.ts'
import { nextTick } from './tick-times.ts'

if (parentPort === null) throw new Error('gpu-worker runs as a worker thread only')
const port: MessagePort = parentPort
const data: GpuThreadData = workerData
const { selection } = data

const report = (message: GpuReport): void => port.postMessage(message)

/** Whether an error is of the driver's state, which may be another one later. */
const mayPass = (error: unknown): boolean => error instanceof NvmlNotStarted || error instanceof NvmlFault

/** What a roster that has looked has found. */
function found(roster: DeviceRoster): GpuReport {
  const { host, devices, unread, unknown } = roster
  if (host.devices.length + host.unread.length === 0) {
    return { kind: 'absent', absence: absenceOfDevices(), passing: true }
  }
  if (unknown.length > 0) return { kind: 'unknown', indices: unknown, ...host }
  if (devices.length + unread.length === 0 && selection.by === 'cuda') {
    return { kind: 'absent', absence: hiddenByCuda(selection.variable), passing: false }
  }
  if (devices.length === 0) return { kind: 'absent', absence: absenceOfUnread(unread), passing: true }
  return { kind: 'devices', devices, unread }
}

/** The first look. */
function start(connection: NvmlConnection, roster: DeviceRoster): GpuReport {
  try {
    roster.look(connection.open(), monotonicMs())
    return found(roster)
  } catch (error) {
    return { kind: 'absent', absence: absenceOf(error, data.named), passing: mayPass(error) }
  }
}

/** Looks for the devices that are missing. While the driver is away, the sampler starts it again. */
function lookAgain({ readers }: NvmlConnection, roster: DeviceRoster, sampler: Sampler): void {
  const nowMs = monotonicMs()
  if (!readers || !roster.isDue(nowMs)) return
  try {
    const added = roster.look(readers, nowMs)
    if (added.length === 0) return
    sampler.add(added)
    report({ kind: 'devices', devices: roster.devices, unread: roster.unread })
  } catch (error) {
    // What is missing stays missing until the next look.
    if (!mayPass(error)) throw error
  }
}

/** Reads the devices at every period, those too that are found on the way, until told to end. */
function sample(connection: NvmlConnection, roster: DeviceRoster): void {
  const sampler = new Sampler(connection, roster.devices, data.periodMs)
  const startMs = monotonicMs()
  let timer: NodeJS.Timeout | null = null
  const run = (tick: number): void => {
    const readings = sampler.tick()
    if (readings.length > 0) report({ kind: 'readings', readings })
    lookAgain(connection, roster, sampler)
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
  let connection: NvmlConnection
  try {
    connection = new NvmlConnection(await nvmlLoader(), data.paths)
  } catch (error) {
    report({ kind: 'absent', absence: absenceOf(error, data.named), passing: false })
    return
  }
  const roster = new DeviceRoster(selection)
  const first = start(connection, roster)
  report(first)
  if (first.kind === 'devices' || (first.kind === 'absent' && first.passing)) sample(connection, roster)
  else connection.close()
}

await main()
