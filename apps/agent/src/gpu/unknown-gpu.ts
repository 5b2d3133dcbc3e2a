import type { GpuInfo } from '@llm-loadtest/schema'

/** Devices were named that do not exist; the message says which do. */
export class UnknownGpuError extends Error {
  override readonly name = 'UnknownGpuError'

  constructor(indices: readonly number[], devices: readonly GpuInfo[]) {
    const there = devices.map(({ index, name }) => `${index} (${name})`).join(', ')
    super(`there is no GPU ${indices.join(', ')}; this host has ${there}`)
  }
}
