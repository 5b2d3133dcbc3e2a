/** Longest record, bytes: a file that has no line breaks must not be read into memory whole. */
export const MAX_RECORD_BYTES = 64 * 1024 * 1024

export class RecordTooLong extends Error {
  override readonly name = 'RecordTooLong'
  /** Of the record: its line, or its entry in an array, from 1. */
  readonly number: number

  constructor(number: number) {
    super(`is longer than ${MAX_RECORD_BYTES / 1024 / 1024} MiB`)
    this.number = number
  }
}
