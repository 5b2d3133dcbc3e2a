import type { GpuInfo } from '@llm-loadtest/schema'
import { type UnreadDevice, unreadText } from './unread-device.ts'

/** Devices were named that do not exist; the message says which do. */
export class UnknownGpuError extends Error {
  override readonly name = 'UnknownGpuError'

  constructor(indices: readonly number[], devices: readonly GpuInfo[], unread: readonly UnreadDevice[]) {
    const read = devices.map(({ index, name }) => `${index} (${name})`).join(', ')
    const there = [...(read ? [read] : []), ...unread.map(unreadText)].join('; ')
    super(`there is no GPU ${indices.join(', ')}; this host has ${there}`)
  }
}
