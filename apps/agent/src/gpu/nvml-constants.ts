import type { ThrottleReason } from '@llm-loadtest/schema'

/** nvmlReturn_t: what the agent tells apart. */
export const NVML_RETURN = {
  success: 0,
  uninitialized: 1,
  notSupported: 3,
  noPermission: 4,
  insufficientSize: 7,
  driverNotLoaded: 9,
  functionNotFound: 13,
  gpuIsLost: 15,
  resetRequired: 16,
  operatingSystem: 17,
  libRmVersionMismatch: 18,
} as const

/** nvmlTemperatureSensors_t and nvmlTemperatureThresholds_t. */
export const TEMPERATURE_GPU = 0
export const TEMPERATURE_THRESHOLD_SLOWDOWN = 1

/** nvmlClockType_t. */
export const CLOCK_SM = 1
export const CLOCK_MEM = 2

/** nvmlMemoryErrorType_t, and of nvmlEccCounterType_t the counter since the driver was loaded. */
export const ECC_CORRECTED = 0
export const ECC_UNCORRECTED = 1
export const ECC_VOLATILE = 0

/** nvmlPcieUtilCounter_t: bytes the GPU sends, and bytes it receives. */
export const PCIE_TX = 0
export const PCIE_RX = 1

/** nvmlEnableState_t, and the same for MIG. */
export const ENABLED = 1

/** Fastest to slowest; NVML has 32 for unknown. */
export const MAX_PERFORMANCE_STATE = 15

/** NVML_VALUE_NOT_AVAILABLE as an unsigned long long: the memory of a process that Windows does not tell. */
export const VALUE_NOT_AVAILABLE = 0xffff_ffff_ffff_ffffn

/** Lengths, with the final NUL, of the texts that NVML writes. */
export const TEXT_BYTES = { version: 80, name: 96, uuid: 96, processName: 1024 } as const

/** nvmlClocksEventReason*, bit by bit. */
const REASON_BITS: readonly [bit: bigint, reason: ThrottleReason][] = [
  [0x1n, 'gpu_idle'],
  [0x2n, 'applications_clocks_setting'],
  [0x4n, 'sw_power_cap'],
  [0x8n, 'hw_slowdown'],
  [0x10n, 'sync_boost'],
  [0x20n, 'sw_thermal_slowdown'],
  [0x40n, 'hw_thermal_slowdown'],
  [0x80n, 'hw_power_brake_slowdown'],
  [0x100n, 'display_clock_setting'],
]

/** The reasons in a mask of nvmlDeviceGetCurrentClocksEventReasons; bits of newer drivers are left out. */
export function throttleReasons(mask: bigint): ThrottleReason[] {
  return REASON_BITS.filter(([bit]) => (mask & bit) !== 0n).map(([, reason]) => reason)
}

/** CUDA's version number as MAJOR.MINOR: 12040 is 12.4. */
export const cudaVersion = (number: number): string =>
  `${Math.floor(number / 1000)}.${Math.floor((number % 1000) / 10)}`
