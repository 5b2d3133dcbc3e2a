import type { DatasetRef } from '../tokens/token-messages.ts'
import { DatasetError } from './dataset-error.ts'
import { DatasetFile } from './dataset-file.ts'
import { recordOrder } from './dataset-order.ts'
import type { DatasetRecord } from './records.ts'

/** Datasets whose places are kept: more than one run may go on at a time. */
const MAX_KEPT = 4

/** A dataset in its order. */
export class OrderedDataset {
  readonly #file: DatasetFile
  readonly #order: Uint32Array

  constructor(file: DatasetFile, { path, order, seed }: DatasetRef) {
    if (order === 'time' && file.timestampsMs === null) {
      throw new DatasetError(path, null, 'has no timestamps to replay. Give a trace in mooncake format.')
    }
    this.#file = file
    this.#order = recordOrder(order, file.count, seed, file.timestampsMs)
  }

  get count(): number {
    return this.#file.count
  }

  /** Mean tokens of a record's prompt, roughly. */
  get meanTokens(): number {
    return this.#file.meanTokens
  }

  /** When each request is sent, ms after the first one; null when the file has no timestamps. */
  get dueMs(): Float64Array<ArrayBuffer> | null {
    const { timestampsMs } = this.#file
    if (timestampsMs === null) return null
    const first = timestampsMs[this.#order[0] ?? 0] ?? 0
    return Float64Array.from(this.#order, (number) => (timestampsMs[number] ?? 0) - first)
  }

  /** The records at these positions of the order, and their numbers in the file. */
  async read(positions: readonly number[]): Promise<{ record: DatasetRecord; number: number }[]> {
    const numbers = positions.map((position) => this.#order[position] ?? 0)
    const records = await this.#file.read(numbers)
    return records.map((record, i) => ({ record, number: numbers[i] ?? 0 }))
  }
}

type Kept = { file: DatasetFile; dataset: OrderedDataset }

const keyOf = ({ path, format, order, seed }: DatasetRef): string =>
  JSON.stringify([path, format, order, seed])

async function openDataset(ref: DatasetRef): Promise<Kept> {
  const file = await DatasetFile.open(ref.path, ref.format)
  return { file, dataset: new OrderedDataset(file, ref) }
}

/** Datasets that have been read once. */
export class DatasetStore {
  readonly #kept = new Map<string, Promise<Kept>>()

  /** For the start of a run: a file that has changed is read again. Rejects with a DatasetError. */
  async open(ref: DatasetRef): Promise<OrderedDataset> {
    const known = await this.#kept.get(keyOf(ref))
    if (known && !(await known.file.isCurrent())) this.#kept.delete(keyOf(ref))
    return this.get(ref)
  }

  /** For the course of a run. */
  async get(ref: DatasetRef): Promise<OrderedDataset> {
    const known = this.#kept.get(keyOf(ref))
    if (known) return (await known).dataset
    const opened = openDataset(ref)
    this.#kept.set(keyOf(ref), opened)
    // Only what could be read is kept: the file may be mended by the next run.
    opened.catch(() => this.#kept.delete(keyOf(ref)))
    for (const oldest of [...this.#kept.keys()].slice(0, -MAX_KEPT)) this.#kept.delete(oldest)
    return (await opened).dataset
  }
}
