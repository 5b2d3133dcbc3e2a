import type { GpuInfo } from '@llm-loadtest/schema'
import { type UnreadDevice, unreadText } from './unread-device.ts'

/** Devices were named that do not exist or cannot be read; the message says which do. */
export class UnknownGpuError extends Error {
  override readonly name = 'UnknownGpuError'

  constructor(indices: readonly number[], devices: readonly GpuInfo[], unread: readonly UnreadDevice[]) {
    const broken = unread.filter(({ index }) => indices.includes(index))
    const missing = indices.filter((index) => broken.every((device) => device.index !== index))
    const why = broken.map(unreadText)
    if (missing.length > 0) why.unshift(`there is no GPU ${missing.join(', ')}`)
    const there = devices.map(({ index, name }) => `${index} (${name})`).join(', ')
    super(`${why.join(', ')}; this host has ${there}`)
  }
}
