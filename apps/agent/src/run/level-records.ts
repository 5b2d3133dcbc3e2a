import { MAX_BATCH_RECORDS, type RequestRecord } from '@llm-loadtest/schema'
import { eventTexts } from '../backends/event-text.ts'
import type { EndedRequest } from '../crew/ended-request.ts'
import type { EncodingChoice } from '../tokens/encodings.ts'
import type { Tokenizer } from '../tokens/tokenizer.ts'
import { type LocalCount, needsLocalCount, requestRecord } from './request-record.ts'
import type { RunSink } from './run-sink.ts'

const FLUSH_INTERVAL_MS = 2000
/** Bounds a batch by its content too, so that long outputs do not make a message too large. */
const MAX_BATCH_EVENTS = 100_000

/** Collects a level's records and hands them on in batches. */
export class LevelRecords {
  readonly all: RequestRecord[] = []
  readonly #levelIndex: number
  readonly #choice: EncodingChoice
  readonly #tokenizer: Tokenizer
  readonly #sink: RunSink
  readonly #timer: NodeJS.Timeout
  readonly #counting = new Set<Promise<void>>()
  #batch: RequestRecord[] = []
  #batchEvents = 0
  #failure: { error: unknown } | null = null

  constructor(levelIndex: number, run: { choice: EncodingChoice; tokenizer: Tokenizer; sink: RunSink }) {
    this.#levelIndex = levelIndex
    this.#choice = run.choice
    this.#tokenizer = run.tokenizer
    this.#sink = run.sink
    this.#timer = setInterval(() => this.#flush(), FLUSH_INTERVAL_MS)
  }

  /**
   * Takes a request that ended; its output is counted in the tokenizer's thread where need be.
   * @param runStart the run's start on the clock of the request's times, ms
   */
  add(request: EndedRequest, runStart: number): void {
    if (!needsLocalCount(request)) {
      this.#keep(request, runStart, null)
      return
    }
    const counting = this.#count(request, runStart).finally(() => this.#counting.delete(counting))
    this.#counting.add(counting)
  }

  /** Waits for the counts under way and hands on what is left. Throws when a count failed. */
  async finish(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#counting)
    this.#flush()
    if (this.#failure) throw this.#failure.error
  }

  async #count(request: EndedRequest, runStart: number): Promise<void> {
    try {
      this.#keep(
        request,
        runStart,
        await this.#tokenizer.count(this.#choice.encoding, eventTexts(request.exchange)),
      )
    } catch (error) {
      this.#failure ??= { error }
    }
  }

  #keep(request: EndedRequest, runStart: number, counted: LocalCount | null): void {
    const record = requestRecord(request, runStart, this.#choice.source, counted)
    this.all.push(record)
    this.#batch.push(record)
    this.#batchEvents += record.event_ms.length
    if (this.#batch.length >= MAX_BATCH_RECORDS || this.#batchEvents >= MAX_BATCH_EVENTS) this.#flush()
  }

  #flush(): void {
    if (this.#batch.length === 0) return
    const records = this.#batch
    this.#batch = []
    this.#batchEvents = 0
    this.#sink.write({ type: 'records', levelIndex: this.#levelIndex, records })
  }
}
