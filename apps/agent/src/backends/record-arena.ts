const BLOCK_BYTES = 64 * 1024
const ALIGNMENT = 8

/**
 * Memory for what is kept of requests that ended, given out in pieces of large blocks: a typed array of its own for each
 * would be a system allocation and work for the garbage collector.
 */
export class RecordArena {
  #block = new ArrayBuffer(0)
  #used = 0

  /** A copy of the first `length` entries. */
  float64(from: Float64Array, length: number): Float64Array {
    const copy = new Float64Array(...this.#take(length * 8), length)
    for (let i = 0; i < length; i++) copy[i] = from[i] ?? 0
    return copy
  }

  /** A copy of the first `length` entries. */
  uint32(from: Uint32Array, length: number): Uint32Array {
    const copy = new Uint32Array(...this.#take(length * 4), length)
    for (let i = 0; i < length; i++) copy[i] = from[i] ?? 0
    return copy
  }

  /** A copy of the first `length` bytes. */
  bytes(from: Uint8Array, length: number): Uint8Array {
    const copy = new Uint8Array(...this.#take(length), length)
    copy.set(from.subarray(0, length))
    return copy
  }

  /**
   * Begins a new block, so that the earlier ones can be transferred to another thread: call it before the arrays given
   * out so far are.
   */
  seal(): void {
    this.#block = new ArrayBuffer(0)
    this.#used = 0
  }

  #take(bytes: number): [ArrayBuffer, number] {
    if (this.#used + bytes > this.#block.byteLength) {
      this.#block = new ArrayBuffer(Math.max(BLOCK_BYTES, bytes))
      this.#used = 0
    }
    const at = this.#used
    this.#used = Math.ceil((at + bytes) / ALIGNMENT) * ALIGNMENT
    return [this.#block, at]
  }
}
