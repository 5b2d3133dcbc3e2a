import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import {
  MAX_MESSAGE_BYTES,
  problemDetails,
  RequestRecord,
  type RunError,
  RunEvent,
} from '@llm-loadtest/schema'
import type { z } from 'zod'
import type { RunOutput, RunSink } from '../run/run-sink.ts'
import type { RunSpool } from './run-spool.ts'

const compress = promisify(gzip)
/** Far enough below the link's limit for what is around the data. */
const MAX_DATA_CHARACTERS = 6 * 1024 * 1024
const MAX_PROBLEMS = 5

type EventBody = RunEvent extends infer E ? (E extends unknown ? Omit<E, 'run_id' | 'seq'> : never) : never

/** An output that no control plane would take. */
class MisfitError extends Error {
  override readonly name = 'MisfitError'
}

/** @throws MisfitError when the value is not what the schema says @param what the value, in words */
function check(schema: z.ZodType, value: unknown, what: string): void {
  const { error } = schema.safeParse(value)
  if (!error) return
  const problems = problemDetails(error).slice(0, MAX_PROBLEMS)
  throw new MisfitError(
    `${what} does not fit the protocol (${problems.map(({ path, message }) => `${path}: ${message}`).join('; ')})`,
  )
}

/** As check. Zod takes longer for the many events of a record than writing them does: it sees them only if need be. */
function checkRecord(record: RequestRecord): void {
  const { event_ms, event_tokens } = record
  const plain =
    event_ms.length === event_tokens.length &&
    event_ms.every(Number.isFinite) &&
    event_tokens.every((tokens) => Number.isSafeInteger(tokens) && tokens >= 0)
  const looked = plain ? { ...record, event_ms: [], event_tokens: [] } : record
  check(RequestRecord, looked, 'a record of a request')
}

/** Batches of records as events; one that comes out too large is halved. */
async function batchEvents(levelIndex: number, records: RequestRecord[]): Promise<EventBody[]> {
  const data = (await compress(JSON.stringify(records))).toString('base64')
  if (data.length > MAX_DATA_CHARACTERS && records.length > 1) {
    const middle = Math.ceil(records.length / 2)
    const [first, second] = [records.slice(0, middle), records.slice(middle)]
    return [...(await batchEvents(levelIndex, first)), ...(await batchEvents(levelIndex, second))]
  }
  return [{ type: 'request_batch', level_index: levelIndex, count: records.length, data }]
}

async function eventsOf(output: RunOutput): Promise<EventBody[]> {
  if (output.type !== 'records') return [output]
  for (const record of output.records) checkRecord(record)
  return batchEvents(output.levelIndex, output.records)
}

/**
 * Writes a run's output into its spool, numbered, one after the other. What the control plane could never take is not
 * written: it would be refused again and again, and with it all that this agent sends. The run ends as failed instead.
 */
export class SpoolSink implements RunSink {
  readonly #runId: string
  readonly #spool: RunSpool
  readonly #onAppended: () => void
  readonly #onMisfit: (error: RunError) => void
  #writing: Promise<void> = Promise.resolve()
  /** The run was ended as failed here: what still comes of it is dropped. */
  #ended = false

  /**
   * @param onAppended called after each event that is on disk
   * @param onMisfit told why the run is over, when it has to stop for what came of it
   */
  constructor(
    runId: string,
    spool: RunSpool,
    onAppended: () => void,
    onMisfit: (error: RunError) => void = () => undefined,
  ) {
    this.#runId = runId
    this.#spool = spool
    this.#onAppended = onAppended
    this.#onMisfit = onMisfit
  }

  write(output: RunOutput): void {
    this.#queue(() => this.#append(output))
  }

  flushed(): Promise<void> {
    return this.#writing
  }

  /** Ends the run as failed, in place of all that is not acknowledged. @param keepAs file that a copy of it goes to */
  replaceUnacknowledged(error: RunError, keepAs: string): Promise<void> {
    this.#queue(async () => {
      this.#ended = true
      await this.#spool.cutBack(keepAs)
      await this.#save({ type: 'run_failed', error })
    })
    return this.#writing
  }

  #queue(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work)
    // The failure is reported by flushed(); this keeps it from being unhandled until then.
    this.#writing.catch(() => undefined)
  }

  async #append(output: RunOutput): Promise<void> {
    if (this.#ended) return
    try {
      for (const event of await eventsOf(output)) await this.#save(event)
    } catch (error) {
      if (!(error instanceof MisfitError)) throw error
      this.#ended = true
      const message = `The run was stopped: ${error.message}. This is a defect of the agent.`.slice(0, 2000)
      const failure: RunError = { code: 'internal', message }
      this.#onMisfit(failure)
      await this.#save({ type: 'run_failed', error: failure })
    }
  }

  async #save({ type, ...rest }: EventBody): Promise<void> {
    const event = { type, run_id: this.#runId, seq: this.#spool.lastSeq + 1, ...rest }
    check(RunEvent, event, `an event of type ${type}`)
    const line = JSON.stringify(event)
    const bytes = Buffer.byteLength(line)
    if (bytes > MAX_MESSAGE_BYTES) {
      throw new MisfitError(`an event of type ${type} is larger than a message may be (${bytes} bytes)`)
    }
    await this.#spool.append(line, type === 'run_complete' || type === 'run_failed')
    this.#onAppended()
  }
}
