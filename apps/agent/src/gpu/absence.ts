import { existsSync } from 'node:fs'
import type { GpuAbsence } from '@llm-loadtest/schema'
import { errorMessage } from '../error-message.ts'
import { ForeignCallsUnavailable, NvmlNotFound } from './nvml.ts'
import { NvmlNotStarted } from './nvml-connection.ts'
import { NVML_RETURN } from './nvml-constants.ts'
import { NvmlFault } from './nvml-fault.ts'
import { type UnreadDevice, unreadText } from './unread-device.ts'

const MAX_MESSAGE = 500
/** Most devices that a message names. */
const MAX_NAMED = 8
const LOST =
  "NVIDIA's driver does not reach it any more. See the kernel's log (dmesg) for why, and restart the machine."
const RESET = 'end what uses it and run nvidia-smi --gpu-reset, or restart the machine.'
/** Where AMD's kernel driver shows itself. */
const AMD_PATHS = ['/dev/kfd', '/sys/module/amdgpu']

/** What the machine is, as far as it tells why there is no NVIDIA GPU. */
export type Machine = { platform: NodeJS.Platform; exists: (path: string) => boolean }
const THIS_MACHINE: Machine = { platform: process.platform, exists: existsSync }

/** An absence with its message cut to what the wire takes. */
export const absence = (reason: GpuAbsence['reason'], message: string): GpuAbsence => ({
  reason,
  message: message.slice(0, MAX_MESSAGE),
})

/** The vendor of a GPU that is there and cannot be sampled yet. */
function otherVendor({ platform, exists }: Machine): string | null {
  if (platform === 'darwin') return "Apple's GPUs are"
  return AMD_PATHS.some(exists) ? "This machine has an AMD GPU, and AMD's are" : null
}

function absenceOfLibrary(
  tried: NvmlNotFound['tried'],
  named: string | undefined,
  machine: Machine,
): GpuAbsence {
  if (named) {
    const reason = tried[0]?.reason ?? 'it is not for this system'
    return absence('no_library', `NVML_LIBRARY is ${named}, which cannot be used: ${reason}`)
  }
  const vendor = otherVendor(machine)
  if (vendor) return absence('unsupported_vendor', `${vendor} not supported yet, only NVIDIA's.`)
  return absence(
    'no_library',
    "No NVIDIA driver was found (libnvidia-ml.so.1). If there is an NVIDIA GPU, install its driver, start the container with --gpus all, or set NVML_LIBRARY to the library's path.",
  )
}

function absenceOfDriver(status: number): GpuAbsence {
  switch (status) {
    case NVML_RETURN.driverNotLoaded:
    case NVML_RETURN.uninitialized:
      return absence(
        'no_driver',
        "NVIDIA's library is there but its driver is not loaded: try nvidia-smi, load the driver (modprobe nvidia) or install it again.",
      )
    case NVML_RETURN.libRmVersionMismatch:
      return absence(
        'no_driver',
        "NVIDIA's library and the loaded driver are of different versions, as after an update: restart the machine or load the driver again.",
      )
    case NVML_RETURN.noPermission:
    case NVML_RETURN.operatingSystem:
      return absence(
        'no_permission',
        'The GPUs may not be accessed from here: give the agent read and write access to /dev/nvidia*, or start the container with --gpus all.',
      )
    case NVML_RETURN.gpuIsLost:
      return absence('failed', `The GPU is lost: ${LOST}`)
    case NVML_RETURN.resetRequired:
      return absence('failed', `The GPU needs a reset: ${RESET}`)
    default:
      return absence('failed', `NVML does not start (it returned ${status}): see what nvidia-smi says.`)
  }
}

/** The driver runs and there is no device. */
export const absenceOfDevices = (): GpuAbsence =>
  absence(
    'no_device',
    "NVIDIA's driver runs but has no GPU: see what nvidia-smi -L says, and start containers with --gpus all.",
  )

/** None of the devices that are asked for can be read: which, and what to do. */
export function absenceOfUnread(unread: readonly UnreadDevice[]): GpuAbsence {
  const names = unread.slice(0, MAX_NAMED).map(unreadText).join(', ')
  const which = unread.length > MAX_NAMED ? `${names}, …` : names
  if (unread.some(({ status }) => status === NVML_RETURN.noPermission)) {
    return absenceOfDriver(NVML_RETURN.noPermission)
  }
  if (unread.some(({ status }) => status === NVML_RETURN.resetRequired)) {
    return absence('failed', `${which}: ${RESET}`)
  }
  if (unread.some(({ status }) => status === NVML_RETURN.gpuIsLost)) {
    return absence('failed', `${which}: ${LOST}`)
  }
  return absence('failed', `${which}: see what nvidia-smi says.`)
}

/** The devices were left out by the flag. */
export const switchedOff = (): GpuAbsence =>
  absence('switched_off', 'GPU sampling is switched off (--gpu none).')

/** CUDA_VISIBLE_DEVICES leaves no device. */
export const hiddenByCuda = (variable: string): GpuAbsence =>
  absence(
    'switched_off',
    `CUDA_VISIBLE_DEVICES="${variable}" leaves no GPU to sample: correct it, or name the GPUs with --gpu.`,
  )

/**
 * Why sampling could not be started, and what to do.
 * @param named the library that NVML_LIBRARY names
 */
export function absenceOf(error: unknown, named: string | undefined, machine = THIS_MACHINE): GpuAbsence {
  if (error instanceof NvmlNotFound) return absenceOfLibrary(error.tried, named, machine)
  if (error instanceof NvmlNotStarted || error instanceof NvmlFault) return absenceOfDriver(error.status)
  if (error instanceof ForeignCallsUnavailable) {
    return absence(
      'failed',
      `NVML cannot be called, as koffi's binary could not be loaded (${error.message}): install the agent again, with its optional packages.`,
    )
  }
  return absence('failed', `GPUs cannot be sampled: ${errorMessage(error)}`)
}
