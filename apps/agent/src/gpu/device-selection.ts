import type { GpuInfo } from '@llm-loadtest/schema'
import type { HostDevices } from './host-devices.ts'
import type { UnreadDevice } from './unread-device.ts'

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
  { devices, unread }: HostDevices,
  indices: readonly number[],
): HostDevices & { unknown: number[] } {
  const wanted = [...new Set(indices)]
  const among = <T extends { index: number }>(all: readonly T[]): T[] =>
    wanted.flatMap((index) => all.find((device) => device.index === index) ?? [])
  const found = { devices: among(devices), unread: among(unread) }
  const known = new Set([...found.devices, ...found.unread].map(({ index }) => index))
  return { ...found, unknown: wanted.filter((index) => !known.has(index)) }
}

/** The UUID of a GPU, or its beginning, that an entry of CUDA_VISIBLE_DEVICES names; null when it names none. */
function uuidOfEntry(entry: string, parentOfMig: (uuid: string) => string | null): string | null {
  // A slice of a GPU: MIG-<uuid>, or in older drivers MIG-GPU-<uuid>/<instance>/<instance>.
  const [, parent] = /^MIG-(GPU-[^/]+)/.exec(entry) ?? []
  const uuid = entry.startsWith('MIG-') ? (parent ?? parentOfMig(entry)) : entry
  return uuid?.startsWith('GPU-') ? uuid : null
}

/** What one entry names: a device, devices that cannot be read and of which it may be one, or nothing. */
function devicesOfEntry(
  { devices, unread }: HostDevices,
  entry: string,
  parentOfMig: (uuid: string) => string | null,
): { device?: GpuInfo | undefined; unread?: UnreadDevice[] } {
  const has = ({ index }: { index: number }) => index === Number(entry)
  if (/^\d+$/.test(entry)) return { device: devices.find(has), unread: unread.filter(has) }
  // Which GPU a MIG instance is part of is not known while that one cannot be read.
  const uuid = uuidOfEntry(entry, parentOfMig)
  if (uuid === null) return entry.startsWith('MIG-') ? { unread } : {}
  const [device, ...more] = devices.filter((each) => each.uuid.startsWith(uuid))
  if (more.length > 0) return {}
  return device ? { device } : { unread }
}

/**
 * The devices that CUDA_VISIBLE_DEVICES leaves, as CUDA reads it: indices, UUIDs or beginnings of UUIDs, up to the first
 * entry that names no device. Indices are NVML's, in the order of the PCI bus. A UUID that no device has may be of any that
 * cannot be read.
 * @param parentOfMig the UUID of the GPU that a MIG instance is part of
 */
export function selectByCuda(
  host: HostDevices,
  variable: string,
  parentOfMig: (uuid: string) => string | null,
): HostDevices {
  const devices = new Set<GpuInfo>()
  const awaited = new Set<UnreadDevice>()
  for (const entry of variable.split(',')) {
    const { device, unread = [] } = devicesOfEntry(host, entry.trim(), parentOfMig)
    if (!device && unread.length === 0) break
    if (device) devices.add(device)
    for (const each of unread) awaited.add(each)
  }
  return { devices: [...devices], unread: [...awaited] }
}
