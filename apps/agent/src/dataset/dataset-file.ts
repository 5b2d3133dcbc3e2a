import { type FileHandle, open } from 'node:fs/promises'
import type { DatasetFormat } from '@llm-loadtest/schema'
import { errorMessage } from '../error-message.ts'
import { regularFile } from '../regular-file.ts'
import { DatasetError } from './dataset-error.ts'
import { type Container, containerOf, rawRecords } from './raw-records.ts'
import { RecordTooLong } from './record-limit.ts'
import { RecordReader } from './record-reader.ts'
import type { DatasetRecord } from './records.ts'

/** A file as it was when it was read: records are found by their place in it. */
type Version = { modifiedMs: number; bytes: number }

/** Numbers that say where a record stands: where it starts, its length in bytes, and its line or entry. */
const PLACE = 3

const versionOf = ({ mtimeMs, size }: { mtimeMs: number; size: number }): Version => ({
  modifiedMs: mtimeMs,
  bytes: size,
})

const isSame = (a: Version, b: Version): boolean => a.modifiedMs === b.modifiedMs && a.bytes === b.bytes

/** A file's present version; throws a DatasetError when it is no file that can be read. */
async function presentVersion(path: string): Promise<Version> {
  try {
    return versionOf(await regularFile(path))
  } catch (error) {
    const problem = `${errorMessage(error)}. Check the path on the agent's machine.`
    throw new DatasetError(path, null, problem, { cause: error })
  }
}

/** A dataset on disk. Of its records only the places are kept; they are read as they are wanted. */
export class DatasetFile {
  /** Mean tokens of a record's prompt, roughly. */
  readonly meanTokens: number
  /** Of a trace: when each record's request was sent, ms; null when it has no timestamps. */
  readonly timestampsMs: Float64Array | null
  readonly #path: string
  readonly #version: Version
  readonly #reader: RecordReader
  /** PLACE numbers a record: a file may hold millions. */
  readonly #places: Float64Array

  private constructor(path: string, reader: RecordReader, version: Version, contents: Contents) {
    this.#path = path
    this.#reader = reader
    this.#version = version
    this.#places = Float64Array.from(contents.places)
    this.meanTokens = Math.max(1, contents.tokens / this.count)
    this.timestampsMs = contents.timestamps.length === 0 ? null : Float64Array.from(contents.timestamps)
  }

  /** Number of records that can be sent. */
  get count(): number {
    return this.#places.length / PLACE
  }

  /** Reads the whole file once and checks every record. Throws a DatasetError for the first that is wrong. */
  static async open(path: string, format: DatasetFormat): Promise<DatasetFile> {
    const version = await presentVersion(path)
    const container = await containerOf(path)
    const reader = new RecordReader(path, container, format)
    const contents = await readContents(path, container, reader)
    if (contents.places.length > 0) return new DatasetFile(path, reader, version, contents)
    throw new DatasetError(path, null, 'holds no record that can be sent.')
  }

  /** Whether the file is as it was when it was opened. */
  async isCurrent(): Promise<boolean> {
    return isSame(this.#version, await presentVersion(this.#path))
  }

  /** The records of these numbers, counted from 0 among those that can be sent. */
  async read(numbers: readonly number[]): Promise<DatasetRecord[]> {
    const file = await open(this.#path)
    try {
      if (!isSame(this.#version, versionOf(await file.stat()))) {
        throw new DatasetError(this.#path, null, 'has changed while the run was reading it. Run it again.')
      }
      const records: DatasetRecord[] = []
      for (const number of numbers) records.push(await this.#record(file, number))
      return records
    } finally {
      await file.close()
    }
  }

  async #record(file: FileHandle, number: number): Promise<DatasetRecord> {
    const [start = 0, bytes = 0, place = 0] = this.#places.subarray(number * PLACE, (number + 1) * PLACE)
    const { buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, start)
    const record = this.#reader.read(buffer, place)
    if (record) return record
    throw this.#reader.error(place, 'has changed while the run was reading it. Run it again.')
  }
}

type Contents = { places: number[]; timestamps: number[]; tokens: number }

/** Characters a token stands for, to tell how many records may be kept in memory. */
const CHARACTERS_PER_TOKEN = 4

async function readContents(path: string, container: Container, reader: RecordReader): Promise<Contents> {
  const contents: Contents = { places: [], timestamps: [], tokens: 0 }
  try {
    for await (const { start, bytes, number } of rawRecords(path, container)) {
      const record = reader.read(bytes, number)
      if (record === null) continue
      contents.places.push(start, bytes.length, number)
      if (record.kind === 'trace') contents.timestamps.push(record.timestampMs)
      contents.tokens += record.kind === 'trace' ? record.inputTokens : bytes.length / CHARACTERS_PER_TOKEN
    }
  } catch (error) {
    if (error instanceof DatasetError) throw error
    if (error instanceof RecordTooLong)
      throw reader.error(error.number, `${error.message}.`, { cause: error })
    throw new DatasetError(path, null, `${errorMessage(error)}.`, { cause: error })
  }
  return contents
}
