import { printable } from '../printable.ts'

/** Where the members of a struct are, in bytes from its start. */
export type StructOffsets = { size: number; offsets: ReadonlyMap<string, number> }

/** Memory of one or more structs in a row that C fills, kept from call to call so that reading allocates nothing. */
export class StructMemory {
  /** What is handed to C. */
  readonly bytes: Uint8Array
  readonly #layout: StructOffsets
  readonly #view: DataView

  constructor(layout: StructOffsets, count = 1) {
    this.#layout = layout
    this.bytes = new Uint8Array(layout.size * count)
    this.#view = new DataView(this.bytes.buffer)
  }

  /** Number of structs there is room for. */
  get count(): number {
    return this.bytes.length / this.#layout.size
  }

  uint32(member: string, index = 0): number {
    return this.#view.getUint32(this.#at(member, index), true)
  }

  int32(member: string, index = 0): number {
    return this.#view.getInt32(this.#at(member, index), true)
  }

  setUint32(member: string, value: number, index = 0): void {
    this.#view.setUint32(this.#at(member, index), value, true)
  }

  uint64(member: string, index = 0): bigint {
    return this.#view.getBigUint64(this.#at(member, index), true)
  }

  /** A text up to its NUL. */
  text(member: string, index = 0): string {
    return textOf(this.bytes.subarray(this.#at(member, index)))
  }

  #at(member: string, index: number): number {
    const offset = this.#layout.offsets.get(member)
    if (offset === undefined) throw new Error(`the struct has no member ${member}`)
    return index * this.#layout.size + offset
  }
}

/** The text that C has written, up to its NUL, safe to print. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return printable(new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end)))
}
