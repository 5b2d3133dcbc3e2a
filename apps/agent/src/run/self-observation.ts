import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { LevelEvidence } from '@llm-loadtest/schema'

const RESOLUTION_MS = 10

/** CPU time of the load thread, µs; of the whole process on a Node that cannot tell threads apart. */
function cpuMicroseconds(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage()
  return user + system
}

/** Watches the load generator itself while a level runs. */
export class SelfObservation {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  readonly #cpuStart = cpuMicroseconds()
  readonly #start = performance.now()

  constructor() {
    this.#delay.enable()
  }

  /** Ends the watch. @param idlePollMs time spent polling the clock with nothing to do: not counted as busy */
  stop(idlePollMs: number): LevelEvidence {
    this.#delay.disable()
    const wallMs = performance.now() - this.#start
    const busyMs = Math.max(0, (cpuMicroseconds() - this.#cpuStart) / 1000 - idlePollMs)
    // The histogram holds the time between two ticks of its timer, so its own interval is taken off.
    const p99Ms = this.#delay.percentile(99) / 1e6 - RESOLUTION_MS
    return {
      event_loop_delay_p99_ms: this.#delay.count > 0 ? Math.max(0, p99Ms) : null,
      agent_cpu_percent: wallMs > 0 ? (busyMs / wallMs) * 100 : null,
    }
  }
}
