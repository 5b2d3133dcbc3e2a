import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { RequestRecord, RunEvent } from '@llm-loadtest/schema'
import type { RunOutput, RunSink } from '../run/run-sink.ts'
import type { RunSpool } from './run-spool.ts'

const compress = promisify(gzip)
/** Far enough below the link's limit for what is around the data. */
const MAX_DATA_CHARACTERS = 6 * 1024 * 1024

type EventBody = RunEvent extends infer E ? (E extends unknown ? Omit<E, 'run_id' | 'seq'> : never) : never

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
  return output.type === 'records' ? batchEvents(output.levelIndex, output.records) : [output]
}

/** Writes a run's output into its spool, numbered, one after the other. */
export class SpoolSink implements RunSink {
  readonly #runId: string
  readonly #spool: RunSpool
  readonly #onAppended: () => void
  #writing: Promise<void> = Promise.resolve()

  /** @param onAppended called after each event that is on disk */
  constructor(runId: string, spool: RunSpool, onAppended: () => void) {
    this.#runId = runId
    this.#spool = spool
    this.#onAppended = onAppended
  }

  write(output: RunOutput): void {
    this.#writing = this.#writing.then(() => this.#append(output))
    // The failure is reported by flushed(); this keeps it from being unhandled until then.
    this.#writing.catch(() => undefined)
  }

  flushed(): Promise<void> {
    return this.#writing
  }

  async #append(output: RunOutput): Promise<void> {
    for (const event of await eventsOf(output)) {
      const { type, ...rest } = event
      const line = JSON.stringify({ type, run_id: this.#runId, seq: this.#spool.lastSeq + 1, ...rest })
      await this.#spool.append(line, type === 'run_complete' || type === 'run_failed')
      this.#onAppended()
    }
  }
}
