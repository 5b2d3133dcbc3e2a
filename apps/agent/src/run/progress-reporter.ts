import type { LoadLevel, RunProgress } from '@llm-loadtest/schema'
import type { LiveFigures } from './live-figures.ts'
import type { RunSink } from './run-sink.ts'

const INTERVAL_MS = 1000

export type ProgressScope = {
  phase: RunProgress['phase']
  level: LoadLevel
  levelCount: number
  figures: LiveFigures
  /** Bound of the phase: requests, or seconds from `startedAt`. */
  total: number
  unit: 'requests' | 'seconds'
}

/** Writes a snapshot each second, and one when it stops. */
export class ProgressReporter {
  readonly #scope: ProgressScope
  readonly #runStart: number
  readonly #sink: RunSink
  readonly #startedAt = performance.now()
  readonly #timer: NodeJS.Timeout

  constructor(scope: ProgressScope, runStart: number, sink: RunSink) {
    this.#scope = scope
    this.#runStart = runStart
    this.#sink = sink
    this.#timer = setInterval(() => this.#report(), INTERVAL_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#report()
  }

  #report(): void {
    const { phase, level, levelCount, figures, total, unit } = this.#scope
    const now = performance.now()
    const done = unit === 'requests' ? figures.completed : (now - this.#startedAt) / 1000
    const current = Math.min(total, done)
    const percent = (current / total) * 100
    // A warm-up is before its level: nothing of the level is done.
    const levelPercent = phase === 'warmup' ? 0 : percent
    this.#sink.write({
      type: 'progress',
      progress: {
        at_ms: now - this.#runStart,
        phase,
        progress: { current, total, unit, percent },
        level: {
          index: level.index,
          total: levelCount,
          concurrency: level.kind === 'concurrency' ? level.concurrency : null,
          request_rate: level.kind === 'request_rate' ? level.requestRate : null,
        },
        overall_percent: (level.index * 100 + levelPercent) / levelCount,
        metrics: figures.metrics((now - this.#runStart) / 1000),
      },
      log: figures.takeLog(),
    })
  }
}
