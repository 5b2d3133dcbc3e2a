import type { GpuInfo } from '@llm-loadtest/schema'
import type { DeviceCalls } from './device-calls.ts'
import { readDeviceInfo, readDriverInfo } from './device-info.ts'
import { NvmlNotStarted } from './nvml-connection.ts'
import { NVML_RETURN, TEXT_BYTES } from './nvml-constants.ts'
import { NvmlFault } from './nvml-fault.ts'

/**
 * All devices of this host that can be read. One that is lost or not permitted has no UUID to be known by.
 * Throws NvmlNotStarted when there are none for want of permission.
 */
export function hostDevices(calls: DeviceCalls): GpuInfo[] {
  const driver = readDriverInfo(calls)
  const count = calls.uint('nvmlDeviceGetCount_v2') ?? 0
  const devices: GpuInfo[] = []
  let refused = false
  for (let index = 0; index < count; index++) {
    try {
      const handle = calls.ulong('nvmlDeviceGetHandleByIndex_v2', index)
      if (calls.status === NVML_RETURN.noPermission) refused = true
      const info = handle === null ? null : readDeviceInfo(calls, driver, index, handle)
      if (info) devices.push(info)
    } catch (error) {
      if (!(error instanceof NvmlFault) || error.fault === 'driver_unavailable') throw error
    }
  }
  if (devices.length === 0 && refused) throw new NvmlNotStarted(NVML_RETURN.noPermission)
  return devices
}

/** UUID of the GPU that a MIG instance is part of; null when there is no such instance. */
export function parentOfMig(calls: DeviceCalls, uuid: string): string | null {
  const instance = calls.handleOf(uuid)
  const parent =
    instance === null ? null : calls.ulong('nvmlDeviceGetDeviceHandleFromMigDeviceHandle', instance)
  return parent === null ? null : calls.library.text('nvmlDeviceGetUUID', TEXT_BYTES.uuid, parent)
}
