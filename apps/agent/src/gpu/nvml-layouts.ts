/** A struct of NVML: its members in order as C types, and its size on the 64-bit systems that NVML exists for. */
export type StructLayout = { size: number; members: Readonly<Record<string, string>> }

/** The structs the agent reads, after NVIDIA's NVML API reference. */
export const NVML_STRUCTS = {
  nvmlMemory_t: {
    size: 24,
    members: { total: 'uint64_t', free: 'uint64_t', used: 'uint64_t' },
  },
  nvmlMemory_v2_t: {
    size: 40,
    members: {
      version: 'uint32_t',
      total: 'uint64_t',
      reserved: 'uint64_t',
      free: 'uint64_t',
      used: 'uint64_t',
    },
  },
  nvmlUtilization_t: {
    size: 8,
    members: { gpu: 'uint32_t', memory: 'uint32_t' },
  },
  nvmlMarginTemperature_v1_t: {
    size: 8,
    members: { version: 'uint32_t', marginTemperature: 'int32_t' },
  },
  nvmlPciInfo_t: {
    size: 68,
    members: {
      busIdLegacy: 'char[16]',
      domain: 'uint32_t',
      bus: 'uint32_t',
      device: 'uint32_t',
      pciDeviceId: 'uint32_t',
      pciSubSystemId: 'uint32_t',
      busId: 'char[32]',
    },
  },
  nvmlProcessInfo_v1_t: {
    size: 16,
    members: { pid: 'uint32_t', usedGpuMemory: 'uint64_t' },
  },
  nvmlProcessInfo_v2_t: {
    size: 24,
    members: {
      pid: 'uint32_t',
      usedGpuMemory: 'uint64_t',
      gpuInstanceId: 'uint32_t',
      computeInstanceId: 'uint32_t',
    },
  },
} as const satisfies Record<string, StructLayout>
export type NvmlStructName = keyof typeof NVML_STRUCTS

/** NVML_STRUCT_VERSION: what a versioned struct must have in its first member. */
export const structVersion = (name: NvmlStructName, version: number): number =>
  NVML_STRUCTS[name].size | (version << 24)
