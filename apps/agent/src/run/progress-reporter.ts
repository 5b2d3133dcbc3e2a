import type { LoadLevel, RunProgress } from '@llm-loadtest/schema'
import type { LiveFigures } from './live-figures.ts'
import type { RunSink } from './run-sink.ts'

const INTERVAL_MS = 1000

export type ProgressScope = {
  phase: RunProgress['phase']
  level: LoadLevel
  /** When it begins, on performance.now()'s clock, ms. */
  startedAt: number
  /** Its bound: requests, or seconds from `startedAt`. */
  total: number
  unit: 'requests' | 'seconds'
}

export type ProgressSubject = {
  /** What follows one another, in the order of their beginning; at least one. */
  scopes: readonly ProgressScope[]
  levelCount: number
  figures: LiveFigures
}

/** Writes a snapshot each second, and one when it stops. */
export class ProgressReporter {
  readonly #subject: ProgressSubject
  readonly #runStart: number
  readonly #sink: RunSink
  readonly #timer: NodeJS.Timeout

  constructor(subject: ProgressSubject, runStart: number, sink: RunSink) {
    this.#subject = subject
    this.#runStart = runStart
    this.#sink = sink
    this.#timer = setInterval(() => this.#report(), INTERVAL_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#report()
  }

  #report(): void {
    const { scopes, levelCount, figures } = this.#subject
    const now = performance.now()
    const scope = scopes.findLast(({ startedAt }) => startedAt <= now) ?? scopes[0]
    if (!scope) return
    const { phase, level, startedAt, total, unit } = scope
    const done = unit === 'requests' ? figures.completed(level.index) : Math.max(0, now - startedAt) / 1000
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
        metrics: figures.metrics(level.index, (now - this.#runStart) / 1000),
      },
      log: figures.takeLog(),
    })
  }
}
