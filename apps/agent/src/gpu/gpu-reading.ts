import type { GpuSample } from '@llm-loadtest/schema'

/** A reading of a GPU before it belongs to a run: it has both clocks, and the device's own energy counter. */
export type GpuReading = Omit<GpuSample, 'at_ms' | 'at' | 'energy_joules' | 'energy_source'> & {
  /** monotonicMs() right before the device was read. */
  monotonicMs: number
  /** Date.now() at the same moment. */
  wallMs: number
  /** The device's energy counter, J since its driver was loaded; null where it has none. */
  energyCounterJoules: number | null
}
