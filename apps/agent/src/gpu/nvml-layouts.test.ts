import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { buildLayouts, buildStandIn, cCompiler } from '../../../../tests/nvml-stand-in/build.ts'
import { nvmlLoader } from './nvml.ts'
import {
  CLOCK_MEM,
  CLOCK_SM,
  ECC_CORRECTED,
  ECC_UNCORRECTED,
  ECC_VOLATILE,
  ENABLED,
  MAX_PERFORMANCE_STATE,
  NVML_RETURN,
  PCIE_RX,
  PCIE_TX,
  TEMPERATURE_GPU,
  TEMPERATURE_THRESHOLD_SLOWDOWN,
  VALUE_NOT_AVAILABLE,
} from './nvml-constants.ts'
import { NVML_STRUCTS, type NvmlStructName, structVersion } from './nvml-layouts.ts'

/** The agent's own constants, under the names they have in C. */
const CONSTANTS = {
  nvmlMemory_v2: structVersion('nvmlMemory_v2_t', 2),
  nvmlMarginTemperature_v1: structVersion('nvmlMarginTemperature_v1_t', 1),
  NVML_SUCCESS: NVML_RETURN.success,
  NVML_ERROR_UNINITIALIZED: NVML_RETURN.uninitialized,
  NVML_ERROR_NOT_SUPPORTED: NVML_RETURN.notSupported,
  NVML_ERROR_NO_PERMISSION: NVML_RETURN.noPermission,
  NVML_ERROR_INSUFFICIENT_SIZE: NVML_RETURN.insufficientSize,
  NVML_ERROR_DRIVER_NOT_LOADED: NVML_RETURN.driverNotLoaded,
  NVML_ERROR_FUNCTION_NOT_FOUND: NVML_RETURN.functionNotFound,
  NVML_ERROR_GPU_IS_LOST: NVML_RETURN.gpuIsLost,
  NVML_ERROR_RESET_REQUIRED: NVML_RETURN.resetRequired,
  NVML_ERROR_OPERATING_SYSTEM: NVML_RETURN.operatingSystem,
  NVML_ERROR_LIB_RM_VERSION_MISMATCH: NVML_RETURN.libRmVersionMismatch,
  NVML_TEMPERATURE_GPU: TEMPERATURE_GPU,
  NVML_TEMPERATURE_THRESHOLD_SLOWDOWN: TEMPERATURE_THRESHOLD_SLOWDOWN,
  NVML_CLOCK_SM: CLOCK_SM,
  NVML_CLOCK_MEM: CLOCK_MEM,
  NVML_MEMORY_ERROR_TYPE_CORRECTED: ECC_CORRECTED,
  NVML_MEMORY_ERROR_TYPE_UNCORRECTED: ECC_UNCORRECTED,
  NVML_VOLATILE_ECC: ECC_VOLATILE,
  NVML_PCIE_UTIL_TX_BYTES: PCIE_TX,
  NVML_PCIE_UTIL_RX_BYTES: PCIE_RX,
  NVML_FEATURE_ENABLED: ENABLED,
  NVML_PSTATE_15: MAX_PERFORMANCE_STATE,
  NVML_VALUE_NOT_AVAILABLE: Number(BigInt.asIntN(64, VALUE_NOT_AVAILABLE)),
}

const isStruct = (name: string): name is NvmlStructName => Object.hasOwn(NVML_STRUCTS, name)

describe.skipIf(cCompiler === null)("the C compiler's view of NVML", () => {
  it('has the sizes, offsets and constants that the agent goes by', async () => {
    const { stdout } = spawnSync(buildLayouts(), { encoding: 'utf8' })
    const compiled: unknown = JSON.parse(stdout)

    const library = (await nvmlLoader())([buildStandIn()])
    const structs = Object.keys(NVML_STRUCTS)
      .filter(isStruct)
      .map((name) => {
        const { size, offsets } = library.layout(name)
        return [name, { size, offsets: Object.fromEntries(offsets) }]
      })
    expect(structs).toHaveLength(7)
    expect({ constants: CONSTANTS, structs: Object.fromEntries(structs) }).toEqual(compiled)
  })

  it('gives a versioned struct the number of its size and version', () => {
    expect(structVersion('nvmlMemory_v2_t', 2)).toBe(0x0200_0028)
  })
})
