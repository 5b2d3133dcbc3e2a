import type { LevelEvidence, LoadLevel } from '@llm-loadtest/schema'
import { levelResult, mergeEvidence } from '@llm-loadtest/schema/metrics'
import type { EndedRequest } from '../crew/ended-request.ts'
import { LevelRecords } from './level-records.ts'
import type { RunContext } from './run-context.ts'

/** One level while it is measured: what comes of it from all load workers, until its last request has ended. */
export class LevelMeasurement {
  readonly #context: RunContext
  readonly #level: LoadLevel
  readonly #evidence: LevelEvidence[] = []
  #records: LevelRecords | null = null
  #sent = 0
  #ended = 0

  constructor(context: RunContext, level: LoadLevel) {
    this.#context = context
    this.#level = level
  }

  /** Whether a request of it has ended. */
  get begun(): boolean {
    return this.#records !== null
  }

  /** @param runStart the run's start on the clock of the request's times, ms */
  ended(request: EndedRequest, runStart: number): void {
    this.#ended++
    this.#records ??= new LevelRecords(this.#level.index, this.#context)
    this.#records.add(request, runStart)
  }

  /** A worker sends no more of the level, and sent so many. */
  over(sent: number, evidence: LevelEvidence): void {
    this.#sent += sent
    this.#evidence.push(evidence)
  }

  /** Whether all workers are over with it and all its requests have ended. */
  isComplete(workers: number): boolean {
    return this.#evidence.length === workers && this.#ended === this.#sent
  }

  /** Hands on the rest of the records, and the level's result. */
  async close(): Promise<void> {
    await this.#records?.finish()
    const { definition, sink } = this.#context
    const records = this.#records?.all ?? []
    this.#records = null
    const evidence = mergeEvidence(this.#evidence)
    sink.write({
      type: 'level_result',
      result: levelResult(records, this.#level, definition.goodput_thresholds, evidence),
    })
  }
}
