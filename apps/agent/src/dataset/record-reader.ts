import type { DatasetFormat } from '@llm-loadtest/schema'
import { z } from 'zod'
import { errorMessage } from '../error-message.ts'
import { DatasetError } from './dataset-error.ts'
import type { Container } from './raw-records.ts'
import { type DatasetRecord, formatOf, parseRecord, type RecordFormat } from './records.ts'

const issuesOf = ({ issues }: z.ZodError): string =>
  issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`))
    .join('; ')

/** Parses a record's JSON, and says where and what is wrong with it. */
export class RecordReader {
  readonly #path: string
  readonly #container: Container
  #format: RecordFormat | null

  constructor(path: string, container: Container, format: DatasetFormat) {
    this.#path = path
    this.#container = container
    this.#format = format === 'auto' ? null : format
  }

  read(bytes: Buffer, number: number): DatasetRecord | null {
    const value = this.#json(bytes, number)
    this.#format ??= formatOf(value)
    if (this.#format === null) {
      const problem = 'holds none of "prompt", "text", "messages", "conversations" and "input_length".'
      throw this.error(number, `${problem} See docs/workloads.md for the formats.`)
    }
    try {
      return parseRecord(this.#format, value)
    } catch (error) {
      const reason = error instanceof z.ZodError ? issuesOf(error) : errorMessage(error)
      throw this.error(number, `is not a record of format ${this.#format}: ${reason}`, { cause: error })
    }
  }

  error(number: number, problem: string, options?: ErrorOptions): DatasetError {
    return new DatasetError(this.#path, `${this.#container} ${number}`, problem, options)
  }

  #json(bytes: Buffer, number: number): unknown {
    try {
      return JSON.parse(bytes.toString('utf8').replace('\ufeff', ''))
    } catch (error) {
      const hint = this.#container === 'line' ? ' Each line must be a JSON object of its own.' : ''
      throw this.error(number, `is not JSON (${errorMessage(error)}).${hint}`, { cause: error })
    }
  }
}
