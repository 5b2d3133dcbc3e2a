import type { GpuInfo } from '@llm-loadtest/schema'
import type { DeviceCalls } from './device-calls.ts'
import { type DriverInfo, readDeviceInfo, readDriverInfo } from './device-info.ts'
import { NvmlNotStarted } from './nvml-connection.ts'
import { TEXT_BYTES } from './nvml-constants.ts'
import { NvmlFault } from './nvml-fault.ts'
import type { UnreadDevice } from './unread-device.ts'

/** The devices of this host: those that can be read, and those that cannot. */
export type HostDevices = { devices: GpuInfo[]; unread: UnreadDevice[] }

const NONE_KNOWN: ReadonlyMap<string, GpuInfo> = new Map()

/** One device; a status when it has no UUID to be known by, as one that is lost or not permitted. */
function deviceAt(
  calls: DeviceCalls,
  driver: DriverInfo,
  index: number,
  known: ReadonlyMap<string, GpuInfo>,
): GpuInfo | number {
  try {
    const handle = calls.ulong('nvmlDeviceGetHandleByIndex_v2', index)
    const uuid = handle === null ? null : calls.uuid(handle)
    if (handle === null || !uuid) return calls.status
    return known.get(uuid) ?? readDeviceInfo(calls, driver, { index, uuid, handle })
  } catch (error) {
    if (!(error instanceof NvmlFault) || error.fault === 'driver_unavailable') throw error
    return error.status
  }
}

/**
 * All devices of this host. Throws NvmlNotStarted when they cannot be counted, and NvmlFault when the driver is away.
 * @param known by UUID: what is already known of devices is not asked again
 */
export function hostDevices(calls: DeviceCalls, known = NONE_KNOWN): HostDevices {
  const driver = readDriverInfo(calls)
  const count = calls.uint('nvmlDeviceGetCount_v2')
  if (count === null) throw new NvmlNotStarted(calls.status)
  const found: HostDevices = { devices: [], unread: [] }
  for (let index = 0; index < count; index++) {
    const device = deviceAt(calls, driver, index, known)
    if (typeof device === 'number') found.unread.push({ index, status: device })
    else found.devices.push(device)
  }
  return found
}

/** UUID of the GPU that a MIG instance is part of; null when there is no such instance. */
export function parentOfMig(calls: DeviceCalls, uuid: string): string | null {
  const instance = calls.handleOf(uuid)
  const parent =
    instance === null ? null : calls.ulong('nvmlDeviceGetDeviceHandleFromMigDeviceHandle', instance)
  return parent === null ? null : calls.library.text('nvmlDeviceGetUUID', TEXT_BYTES.uuid, parent)
}
