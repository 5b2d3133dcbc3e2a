import type { LevelEvidence } from '@llm-loadtest/schema'
import { readClock } from '../backends/http/read-clock.ts'
import { GcWatch } from './gc-watch.ts'
import { LoopDelay } from './loop-delay.ts'
import { readThreadCpu } from './thread-cpu.ts'

const CLOCK_SOURCE =
  process.platform === 'linux' ? 'performance.now (CLOCK_MONOTONIC)' : 'performance.now (monotonic)'

/** Watches the load generator itself while a level runs: make it, and stop it, in the thread that sends and reads. */
export class SelfObservation {
  readonly #loopDelay = new LoopDelay()
  readonly #gc = new GcWatch()
  readonly #cpuStart = readThreadCpu()
  readonly #start = performance.now()

  constructor() {
    // What was read before the level is not its own.
    readClock.takeBacklog()
  }

  /** Ends the watch. @param idlePollMs time spent polling the clock with nothing to do: not counted as busy */
  stop(idlePollMs: number): Omit<LevelEvidence, 'prompt_wait_percent'> {
    const wallMs = performance.now() - this.#start
    const cpu = readThreadCpu()
    const delay = this.#loopDelay.stop()
    const gc = this.#gc.stop()
    const backlog = readClock.takeBacklog()
    const percent = (ms: number) => (wallMs > 0 ? (Math.max(0, ms) / wallMs) * 100 : null)
    const waited = (until: number | null, since: number | null) =>
      until === null || since === null ? null : percent(until - since)
    return {
      clock_source: CLOCK_SOURCE,
      event_loop_delay_p99_ms: delay?.p99Ms ?? null,
      event_loop_delay_max_ms: delay?.maxMs ?? null,
      agent_cpu_percent: percent(cpu.usedMs - this.#cpuStart.usedMs - idlePollMs),
      cpu_wait_percent: waited(cpu.waitedMs, this.#cpuStart.waitedMs),
      gc_pauses: gc.count,
      gc_total_ms: gc.totalMs,
      gc_longest_ms: gc.longestMs,
      read_turns: backlog?.turns ?? 0,
      read_backlog_p99_ms: backlog?.p99Ms ?? null,
      read_backlog_max_ms: backlog?.maxMs ?? null,
    }
  }
}
