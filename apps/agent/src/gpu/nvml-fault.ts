import type { GpuFault } from '@llm-loadtest/schema'
import { NVML_RETURN } from './nvml-constants.ts'

/** A device, or the driver of all, does not answer any more: more than one reading that is missing. */
export class NvmlFault extends Error {
  override readonly name = 'NvmlFault'
  readonly fault: GpuFault
  readonly status: number

  constructor(fault: GpuFault, status: number) {
    super(`NVML returned ${status}`)
    this.fault = fault
    this.status = status
  }
}

const FAULTS: ReadonlyMap<number, GpuFault> = new Map([
  [NVML_RETURN.gpuIsLost, 'gpu_lost'],
  [NVML_RETURN.resetRequired, 'reset_required'],
  [NVML_RETURN.uninitialized, 'driver_unavailable'],
  [NVML_RETURN.driverNotLoaded, 'driver_unavailable'],
  [NVML_RETURN.libRmVersionMismatch, 'driver_unavailable'],
])

/**
 * Whether a call gave its reading. Any other code than a fault's is of this one reading alone: not supported, not
 * known to this driver, not permitted, or failed this time. Throws NvmlFault.
 */
export function succeeded(status: number): boolean {
  if (status === NVML_RETURN.success) return true
  const fault = FAULTS.get(status)
  if (fault) throw new NvmlFault(fault, status)
  return false
}
