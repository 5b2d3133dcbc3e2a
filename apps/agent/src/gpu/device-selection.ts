import type { GpuInfo } from '@llm-loadtest/schema'

/** Which devices are asked for: all, some by NVML's index, or what CUDA_VISIBLE_DEVICES leaves. */
export type DeviceSelection =
  | { by: 'all' }
  | { by: 'index'; indices: readonly number[] }
  | { by: 'cuda'; variable: string }

/** @param devices by index, or undefined to go by the environment's CUDA_VISIBLE_DEVICES */
export function deviceSelection(
  devices: readonly number[] | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): DeviceSelection {
  if (devices) return { by: 'index', indices: devices }
  const variable = environment['CUDA_VISIBLE_DEVICES']
  return variable === undefined ? { by: 'all' } : { by: 'cuda', variable }
}

/** The devices of the indices, each once, and the indices that there are no devices of. */
export function selectByIndex(
  devices: readonly GpuInfo[],
  indices: readonly number[],
): { selected: GpuInfo[]; unknown: number[] } {
  const wanted = [...new Set(indices)]
  return {
    selected: wanted.flatMap((index) => devices.find((device) => device.index === index) ?? []),
    unknown: wanted.filter((index) => devices.every((device) => device.index !== index)),
  }
}

/** The device of one entry of CUDA_VISIBLE_DEVICES; undefined when it names none, or more than one. */
function deviceOfEntry(
  devices: readonly GpuInfo[],
  entry: string,
  parentOfMig: (uuid: string) => string | null,
): GpuInfo | undefined {
  if (/^\d+$/.test(entry)) return devices.find(({ index }) => index === Number(entry))
  // A slice of a GPU: MIG-<uuid>, or in older drivers MIG-GPU-<uuid>/<instance>/<instance>.
  const [, parent] = /^MIG-(GPU-[^/]+)/.exec(entry) ?? []
  const prefix = entry.startsWith('MIG-') ? (parent ?? parentOfMig(entry)) : entry
  if (!prefix?.startsWith('GPU-')) return undefined
  const [found, ...more] = devices.filter(({ uuid }) => uuid.startsWith(prefix))
  return more.length === 0 ? found : undefined
}

/**
 * The devices that CUDA_VISIBLE_DEVICES leaves, as CUDA reads it: indices, UUIDs or beginnings of UUIDs, up to the first
 * entry that names no device. Indices are NVML's, in the order of the PCI bus.
 * @param parentOfMig the UUID of the GPU that a MIG instance is part of
 */
export function selectByCuda(
  devices: readonly GpuInfo[],
  variable: string,
  parentOfMig: (uuid: string) => string | null,
): GpuInfo[] {
  const selected = new Set<GpuInfo>()
  for (const entry of variable.split(',')) {
    const device = deviceOfEntry(devices, entry.trim(), parentOfMig)
    if (!device) break
    selected.add(device)
  }
  return [...selected]
}
