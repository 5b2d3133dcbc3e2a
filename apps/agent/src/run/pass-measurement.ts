import type { LevelEvidence, LoadLevel } from '@llm-loadtest/schema'
import type { PartListener } from '../crew/crew.ts'
import type { EndedRequest } from '../crew/ended-request.ts'
import { LevelMeasurement } from './level-measurement.ts'
import { LiveFigures } from './live-figures.ts'
import { ProgressReporter, type ProgressScope } from './progress-reporter.ts'
import type { RunContext } from './run-context.ts'

/** The course of a pass, one scope a level, each beginning where the one before it ends. */
function scopesOf(
  { definition: run, traceRequests }: RunContext,
  levels: readonly LoadLevel[],
  startedAt: number,
): ProgressScope[] {
  const requests = Math.min(
    run.num_prompts ?? Number.POSITIVE_INFINITY,
    traceRequests ?? Number.POSITIVE_INFINITY,
  )
  let at = startedAt
  return levels.map((level) => {
    const seconds =
      level.kind === 'replay' ? run.duration_seconds : (level.durationSeconds ?? run.duration_seconds)
    const begun = { phase: 'measure' as const, level, startedAt: at }
    at += (seconds ?? 0) * 1000
    return seconds === undefined
      ? { ...begun, total: requests, unit: 'requests' as const }
      : { ...begun, total: seconds, unit: 'seconds' as const }
  })
}

/** A pass while it is measured: sorts what ends into its levels, and closes each as soon as nothing of it is left. */
export class PassMeasurement implements PartListener {
  readonly #context: RunContext
  readonly #levels: readonly LoadLevel[]
  readonly #measurements: Map<number, LevelMeasurement>
  readonly #figures = new LiveFigures()
  #reporter: ProgressReporter | null = null
  #workers = 0
  /** Levels are closed one after the other, in their order. */
  #closed = 0
  #closing: Promise<void> = Promise.resolve()

  constructor(context: RunContext, levels: readonly LoadLevel[]) {
    this.#context = context
    this.#levels = levels
    this.#measurements = new Map(levels.map((level) => [level.index, new LevelMeasurement(context, level)]))
  }

  begun(at: number, workers: number): void {
    this.#workers = workers
    const { levelCount, start, sink } = this.#context
    const scopes = scopesOf(this.#context, this.#levels, at)
    this.#reporter = new ProgressReporter({ scopes, levelCount, figures: this.#figures }, start, sink)
  }

  ended(request: EndedRequest, runStart: number): void {
    this.#figures.ended(request, runStart)
    this.#measurements.get(request.levelIndex)?.ended(request, runStart)
    this.#closeComplete()
  }

  counted(totals: { sent: number; outputTokens: number }): void {
    this.#figures.counted(totals)
  }

  levelOver({
    levelIndex,
    sent,
    evidence,
  }: {
    levelIndex: number
    sent: number
    evidence: LevelEvidence
  }): void {
    this.#measurements.get(levelIndex)?.over(sent, evidence)
    this.#closeComplete()
  }

  /** Closes what is still open: of a pass that was cut short, the levels of which a request has ended. */
  async finish(): Promise<void> {
    this.#stopReporting()
    for (const level of this.#levels.slice(this.#closed)) {
      const measurement = this.#measurements.get(level.index)
      if (measurement?.begun) this.#close(measurement)
    }
    await this.#closing
  }

  #closeComplete(): void {
    for (;;) {
      const level = this.#levels[this.#closed]
      const measurement = level && this.#measurements.get(level.index)
      if (!measurement?.isComplete(this.#workers)) return
      this.#closed++
      // The last snapshot is of the level, not of what comes after it.
      if (this.#closed === this.#levels.length) this.#stopReporting()
      // Of stages that a cancelled run never came to, there is nothing to tell.
      if (measurement.begun || !this.#context.signal.aborted) this.#close(measurement)
    }
  }

  #stopReporting(): void {
    this.#reporter?.stop()
    this.#reporter = null
  }

  #close(measurement: LevelMeasurement): void {
    this.#closing = this.#closing.then(() => measurement.close())
    // The failure is reported by finish(); this keeps it from being unhandled until then.
    this.#closing.catch(() => undefined)
  }
}
